import { LiluxError } from "@lilux/protocol";
import type { ModelEvent } from "../language-model.ts";
import { readChunk, type TokenCounts } from "./chat-chunk.ts";
import { incompleteFrom, onlyThought, refused } from "./finish-reason.ts";
import { notAModel, openStream, type StreamOptions } from "./open-stream.ts";
import { createThoughtSplitter } from "./split-thoughts.ts";
import { createToolCallAssembler } from "./tool-call-assembler.ts";
import { errorOfEvent } from "./upstream-error.ts";

/**
 * One answer: its text as it comes, then what it cost, then whole calls. Ends
 * only when the model finished. Throws `llm_incomplete` when it was stopped,
 * declined or only thought, `llm_truncated` when the stream broke off, and what
 * an error in the stream means; no call of such an answer is handed on.
 */
export async function* readAnswer(
  options: Omit<StreamOptions, "isComplete">,
): AsyncGenerator<ModelEvent> {
  const calls = createToolCallAssembler();
  const thoughts = createThoughtSplitter();
  const seen = {
    text: false,
    refusal: false,
    thought: false,
    calls: false,
    done: false,
    choice: false,
  };
  let finish: string | undefined;
  let usage: TokenCounts | undefined;
  for await (const event of openStream({ ...options, isComplete: () => finish !== undefined })) {
    if (event.type === "done") {
      seen.done = true;
      break;
    }
    const failure = errorOfEvent(event.name, event.data);
    if (failure !== undefined) throw seen.text ? brokeOff(failure) : failure;
    const chunk = readChunk(event.data);
    if (chunk === undefined) throw notAModel("something else");
    seen.choice ||= chunk.hasChoice;
    finish = chunk.finish ?? finish;
    // Running totals: each replaces the one before.
    usage = merged(usage, chunk.usage);
    // Some repeat the whole answer at the end of its stream.
    if (chunk.isWhole && (seen.text || seen.calls)) continue;
    const { said, thought } = thoughts.push(chunk.text);
    seen.thought ||= chunk.thought || thought;
    seen.refusal ||= chunk.refusal !== "";
    const text = said + chunk.refusal;
    if (text !== "") {
      seen.text = true;
      yield { type: "text", text };
    }
    for (const fragment of chunk.fragments) {
      seen.calls = true;
      calls.add(fragment);
    }
  }
  const held = thoughts.end();
  if (held !== "") {
    seen.text = true;
    yield { type: "text", text: held };
  }
  const failure = whyIncomplete(seen, finish);
  if (failure?.retryable === true) throw failure;
  if (usage !== undefined) yield { type: "usage", ...usage };
  if (failure !== undefined) throw failure;
  for (const call of calls.finished()) yield { type: "tool-call", call };
}

/** Who has read half an answer is not told that nobody answers. */
function brokeOff(failure: LiluxError): LiluxError {
  if (failure.code !== "llm_unavailable") return failure;
  return new LiluxError("llm_truncated", { cause: failure.cause });
}

interface Seen {
  text: boolean;
  refusal: boolean;
  thought: boolean;
  calls: boolean;
  done: boolean;
  choice: boolean;
}

function whyIncomplete(seen: Seen, finish: string | undefined): LiluxError | undefined {
  if (finish === undefined && !seen.done) {
    const cause = new Error("the stream ended without [DONE] or a finish_reason");
    return new LiluxError("llm_truncated", { cause });
  }
  if (!seen.choice) return notAModel("something else");
  const stopped = finish === undefined ? undefined : incompleteFrom(finish);
  if (stopped !== undefined) return stopped;
  if (seen.refusal) return refused();
  return seen.thought && !seen.text && !seen.calls ? onlyThought() : undefined;
}

function merged(
  before: TokenCounts | undefined,
  next: TokenCounts | undefined,
): TokenCounts | undefined {
  if (next === undefined) return before;
  return {
    promptTokens: next.promptTokens ?? before?.promptTokens,
    completionTokens: next.completionTokens ?? before?.completionTokens,
  };
}
