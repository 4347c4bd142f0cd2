import { finishWithin } from "@lilux/core/async";
import { type Log, loggedError } from "@lilux/core/telemetry";
import type { LiluxError, ServerFrame } from "@lilux/protocol";
import { type AnswerHead, aboutTurn, usageOf } from "./answer-form.ts";
import { type ChatDelta, type ChatEnd, createChatTelling } from "./chat-telling.ts";
import { openAiError } from "./openai-error.ts";
import type { AskedChat } from "./read-chat.ts";

const KEEP_ALIVE_MS = 15_000;
const DONE = "data: [DONE]\n\n";

export interface StreamedAnswer {
  asked: AskedChat;
  head: AnswerHead;
  frames: AsyncIterable<ServerFrame>;
  logger: Log;
  /** What failed after the first word was told. */
  onRefused(error: LiluxError): void;
}

/**
 * The answer as chunks. What fails before the first of them is thrown, so that the client gets a
 * status; what fails later is the last event.
 */
export async function* chatStream(answer: StreamedAnswer): AsyncGenerator<string> {
  const { asked, head, frames, logger } = answer;
  const telling = createChatTelling(asked);
  const base = { ...head, object: "chat.completion.chunk" };
  const usage = asked.includesUsage ? { usage: null } : {};
  const chunk = (delta: object, finish: string | null = null, more: object = {}): string => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    return `data: ${JSON.stringify({ ...base, choices, ...usage, ...more })}\n\n`;
  };
  const opening = chunk({ role: "assistant", content: "" });
  let isOpen = false;
  try {
    for await (const frame of alive(frames, () => isOpen)) {
      const deltas: ChatDelta[] = frame === undefined ? [] : telling.take(frame);
      if (frame === undefined) yield ": still here\n\n";
      const end = telling.end();
      if (!isOpen && (deltas.length > 0 || end !== undefined)) yield opening;
      isOpen ||= deltas.length > 0;
      for (const delta of deltas) yield chunk(delta);
      if (end === undefined) continue;
      yield chunk(lastDelta(end), end.finish, aboutTurn(end));
      if (asked.includesUsage) {
        const counted = usageOf(end.usage) ?? null;
        yield `data: ${JSON.stringify({ ...base, choices: [], usage: counted })}\n\n`;
      }
      yield DONE;
      return;
    }
  } catch (thrown) {
    if (!isOpen) throw thrown;
    const fields = { route: "/v1/chat/completions" };
    const error = loggedError(thrown, { logger, message: "request failed", fields });
    answer.onRefused(error);
    yield `data: ${JSON.stringify(openAiError(error).body)}\n\n`;
  }
}

/** Whole, for clients that keep the last of what they are sent of a field. */
function lastDelta({ executed }: ChatEnd): ChatDelta {
  return executed.length === 0 ? {} : { executed_tools: [...executed] };
}

/** The frames, with undefined for every while in which none comes, once the answer has begun. */
async function* alive(
  frames: AsyncIterable<ServerFrame>,
  isOpen: () => boolean,
): AsyncGenerator<ServerFrame | undefined> {
  const iterator = frames[Symbol.asyncIterator]();
  for (;;) {
    const next = iterator.next();
    while (isOpen() && !(await finishWithin(next, KEEP_ALIVE_MS))) yield undefined;
    const { done, value } = await next;
    if (done === true) return;
    yield value;
  }
}
