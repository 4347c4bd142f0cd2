import { createHash } from "node:crypto";
import type { ModelMessage, ModelToolCall } from "../language-model.ts";
import type { ServerKnowledge } from "./server-knowledge.ts";
import { wireArguments } from "./wire-arguments.ts";

export type MessageForms = Pick<ServerKnowledge, "systemRole" | "toolRole" | "lineAfterResult">;

/** Between a result and what we say about it, where a template wants turns to alternate. */
const READ = "(I have read the result.)";

/**
 * Messages in the form a server's chat template takes: a system message may
 * become the beginning of the first line, and calls and results text in turns
 * that alternate.
 */
export function tellMessages(messages: readonly ModelMessage[], forms: MessageForms): object[] {
  const asText = forms.toolRole ? messages : asAlternatingText(messages);
  const folded = forms.systemRole ? asText : withoutSystem(asText);
  if (!forms.toolRole) return joined(folded).map((message) => toWire(message));
  if (forms.lineAfterResult) return folded.map((message) => toWire(message));
  return joined(withPauses(folded)).map((message) => toWire(message, shortId));
}

function asAlternatingText(messages: readonly ModelMessage[]): ModelMessage[] {
  const names = new Map<string, string>();
  return messages.map((message) => {
    if (message.role === "tool") {
      const name = names.get(message.toolCallId) ?? "the call";
      return { role: "user", content: `[Result of ${name}]\n${message.content}` };
    }
    if (message.role !== "assistant" || message.toolCalls === undefined) return message;
    for (const { id, name } of message.toolCalls) names.set(id, name);
    const called = message.toolCalls.map(toldCall);
    const content = [message.content, ...called].filter((part) => part !== "").join("\n");
    return { role: "assistant", content };
  });
}

function toldCall({ name, arguments: given }: ModelToolCall): string {
  return `(I called ${name} with ${given}.)`;
}

function withoutSystem(messages: readonly ModelMessage[]): ModelMessage[] {
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const rest = messages.filter(({ role }) => role !== "system");
  const [first, ...others] = rest;
  if (system.length === 0) return rest;
  if (first?.role === "user") {
    return [{ ...first, content: [...system, first.content].join("\n\n") }, ...others];
  }
  return [{ role: "user", content: system.join("\n\n") }, ...rest];
}

function withPauses(messages: readonly ModelMessage[]): ModelMessage[] {
  return messages.flatMap((message, index) => {
    const isAfterResult = message.role === "user" && messages[index - 1]?.role === "tool";
    return isAfterResult ? [{ role: "assistant", content: READ }, message] : [message];
  });
}

/** Neighbours of one role become one message. */
function joined(messages: readonly ModelMessage[]): ModelMessage[] {
  const turns: ModelMessage[] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (last !== undefined && isPlain(last) && isPlain(message) && last.role === message.role) {
      const content = [last.content, message.content].filter((part) => part !== "").join("\n\n");
      turns.splice(-1, 1, { ...last, content });
    } else turns.push(message);
  }
  return turns;
}

function isPlain(message: ModelMessage): boolean {
  if (message.role === "assistant") return (message.toolCalls ?? []).length === 0;
  return message.role === "user";
}

/** The only form that Mistral's templates take, also for ids that another server gave. */
function shortId(id: string): string {
  if (/^[A-Za-z0-9]{9}$/.test(id)) return id;
  return createHash("sha256").update(id).digest("hex").slice(0, 9);
}

function toWire(message: ModelMessage, idOf = (id: string): string => id): object {
  const { role, content } = message;
  if (role === "tool") return { role, tool_call_id: idOf(message.toolCallId), content };
  if (role !== "assistant" || (message.toolCalls ?? []).length === 0) return { role, content };
  const calls = (message.toolCalls ?? []).map(({ id, name, arguments: given }) => ({
    id: idOf(id),
    type: "function",
    function: { name, arguments: wireArguments(given) },
  }));
  return { role, content: content === "" ? null : content, tool_calls: calls };
}
