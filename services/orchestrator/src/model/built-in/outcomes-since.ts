import type { CallOutcome, ModelMessage } from "../language-model.ts";

/** What calls since the person's line returned. */
export function outcomesSince(messages: readonly ModelMessage[]): CallOutcome[] {
  return since(messages).flatMap((message) =>
    message.role === "tool" && message.outcome !== undefined ? [message.outcome] : [],
  );
}

/** What stands of the answer to it. */
export function saidSince(messages: readonly ModelMessage[]): string {
  const last = since(messages).at(-1);
  return last?.role === "assistant" ? last.content : "";
}

function since(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  const from = messages.findLastIndex(
    (message) => message.role === "user" && message.isNote !== true,
  );
  return messages.slice(from + 1);
}
