import { LiluxError, type ServerFrame } from "@lilux/protocol";
import { type AnswerHead, aboutTurn, usageOf } from "./answer-form.ts";
import { createChatTelling } from "./chat-telling.ts";
import type { AskedChat } from "./read-chat.ts";

/** The answer in one piece. Throws what ended the turn otherwise. */
export async function chatCompletion(
  asked: AskedChat,
  head: AnswerHead,
  frames: AsyncIterable<ServerFrame>,
): Promise<object> {
  const telling = createChatTelling(asked);
  let content = "";
  let calls: readonly object[] = [];
  for await (const frame of frames) {
    for (const delta of telling.take(frame)) {
      content += delta.content ?? "";
      calls = delta.tool_calls ?? calls;
    }
  }
  const end = telling.end();
  if (end === undefined) throw new LiluxError("interrupted");
  const { finish, executed, usage } = end;
  const counted = usageOf(usage);
  const message = {
    role: "assistant",
    content: content === "" && calls.length > 0 ? null : content,
    refusal: null,
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(withoutIndex) }),
    ...(executed.length === 0 ? {} : { executed_tools: executed }),
  };
  return {
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
    ...(counted === undefined ? {} : { usage: counted }),
    ...aboutTurn(end),
  };
}

/** Only parts of a stream say which call they are of. */
function withoutIndex(call: object): object {
  return Object.fromEntries(Object.entries(call).filter(([name]) => name !== "index"));
}
