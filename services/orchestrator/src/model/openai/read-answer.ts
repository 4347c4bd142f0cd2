import { LiluxError } from "@lilux/protocol";
import type { ModelEvent, Spending } from "../language-model.ts";
import { type ChatChunk, readChunk } from "./chat-chunk.ts";
import { countSpending } from "./count-spending.ts";
import { incompleteFrom, onlyThought, refused } from "./finish-reason.ts";
import { notAModel, openStream, type StreamOptions } from "./open-stream.ts";
import { createThoughtSplitter } from "./split-thoughts.ts";
import { createWrittenCallSplitter, type SaidAndCalled } from "./split-written-calls.ts";
import { createToolCallAssembler, type ToolCallDelta } from "./tool-call-assembler.ts";
import { errorOfEvent } from "./upstream-error.ts";

export interface AnswerOptions extends Omit<StreamOptions, "isComplete"> {
  /** Hears what it cost, once, if it began to answer. */
  onSpent?: ((spending: Spending) => void) | undefined;
}

/** As below; what it cost is told however it ends, also when its reader leaves. */
export async function* readAnswer({
  onSpent,
  ...options
}: AnswerOptions): AsyncGenerator<ModelEvent> {
  const spending = countSpending();
  try {
    yield* wholeAnswer(options, ({ usage, text, thought, refusal, fragments }) => {
      spending.told(usage);
      spending.came(text + refusal + fragments.map((call) => call.name + call.arguments).join(""));
      spending.thought(thought);
    });
  } finally {
    const total = spending.total();
    if (total !== undefined) onSpent?.(total);
  }
}

/**
 * One answer: its text and thoughts as they come, then whole calls. Ends
 * only when the model finished. Throws `llm_incomplete` when it was stopped,
 * declined or only thought, `llm_truncated` when the stream broke off, and what
 * an error in the stream means; no call of such an answer is handed on.
 */
async function* wholeAnswer(
  options: Omit<StreamOptions, "isComplete">,
  onChunk: (chunk: ChatChunk) => void,
): AsyncGenerator<ModelEvent> {
  const calls = createToolCallAssembler();
  const thoughts = createThoughtSplitter();
  const written = createWrittenCallSplitter();
  const seen = {
    text: false,
    refusal: false,
    thought: false,
    calls: false,
    done: false,
    choice: false,
  };
  let finish: string | undefined;
  const take = (fragment: ToolCallDelta): void => {
    seen.calls = true;
    calls.add(fragment);
  };
  function* textOf(part: SaidAndCalled): Generator<ModelEvent> {
    for (const call of part.calls) take(call);
    if (part.said === "") return;
    seen.text = true;
    yield { type: "text", text: part.said };
  }
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
    // Some repeat the whole answer at the end of its stream.
    if (chunk.isWhole && (seen.text || seen.calls)) {
      onChunk({ ...chunk, text: "", thought: "", refusal: "", fragments: [] });
      continue;
    }
    const { said, thought } = thoughts.push(chunk.text);
    const thinking = chunk.thought + thought;
    onChunk({ ...chunk, text: said, thought: thinking });
    if (thinking !== "") {
      seen.thought = true;
      yield { type: "thought", text: thinking };
    }
    seen.refusal ||= chunk.refusal !== "";
    const part = written.push(said);
    yield* textOf({ ...part, said: part.said + chunk.refusal });
    for (const fragment of chunk.fragments) take(fragment);
  }
  yield* textOf(written.push(thoughts.end()));
  yield* textOf(written.end());
  const failure = whyIncomplete(seen, finish);
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
