import type { ChatMessage, WrittenCall } from "@lilux/protocol";
import { badField, isObject, isSet } from "./bad-field.ts";
import { recalledCalls } from "./executed-tools.ts";
import { readContent } from "./read-content.ts";

const MESSAGES_MAX = 1_000;

/** A caller's messages as ours. Throws `invalid_request` that names the first wrong one. */
export function readMessages(given: readonly unknown[]): ChatMessage[] {
  if (given.length === 0) throw badField("messages", "is empty. Send at least one message.");
  if (given.length > MESSAGES_MAX) {
    throw badField("messages", `has more than ${MESSAGES_MAX} entries. Leave the oldest out.`);
  }
  const messages = given.flatMap((message, at) => readMessage(message, `messages[${at}]`));
  assertAnswered(given, messages);
  return messages;
}

function readMessage(given: unknown, field: string): ChatMessage[] {
  if (!isObject(given)) throw badField(field, "is not an object with a role.");
  const { role } = given;
  switch (role) {
    case "developer":
    case "system":
      return [{ role: "system", content: readContent(given["content"], `${field}.content`) }];
    case "user":
      return [{ role, content: readContent(given["content"], `${field}.content`) }];
    case "assistant":
      return readAssistant(given, field);
    case "tool":
      return [readResult(given, field)];
    default:
      throw badField(
        `${field}.role`,
        "must be one of system, developer, user, assistant and tool.",
      );
  }
}

/** What it says that we had run is told again as calls with their results. */
function readAssistant(given: Record<string, unknown>, field: string): ChatMessage[] {
  if (isSet(given["function_call"])) {
    throw badField(`${field}.function_call`, "is not understood. Send tool_calls instead.");
  }
  const content = isSet(given["content"]) ? readContent(given["content"], `${field}.content`) : "";
  const calls = readCalls(given["tool_calls"], `${field}.tool_calls`);
  const said: ChatMessage = { role: "assistant", content };
  return [
    ...recalledCalls(given["executed_tools"]),
    ...(content === "" && calls.length === 0 ? [] : [withCalls(said, calls)]),
  ];
}

function withCalls(said: ChatMessage, calls: WrittenCall[]): ChatMessage {
  return said.role === "assistant" && calls.length > 0 ? { ...said, calls } : said;
}

function readCalls(given: unknown, field: string): WrittenCall[] {
  if (!isSet(given)) return [];
  if (!Array.isArray(given)) throw badField(field, "is not a list.");
  return given.map((call: unknown, at) => {
    const made = isObject(call) && isObject(call["function"]) ? call["function"] : {};
    const id = isObject(call) ? call["id"] : undefined;
    const { name, arguments: text } = made;
    if (typeof id !== "string" || typeof name !== "string" || typeof text !== "string") {
      throw badField(`${field}[${at}]`, "needs id, function.name and function.arguments as text.");
    }
    return { id, name, arguments: text };
  });
}

function readResult(given: Record<string, unknown>, field: string): ChatMessage {
  const callId = given["tool_call_id"];
  if (typeof callId !== "string") {
    throw badField(`${field}.tool_call_id`, "is missing. Send the id of the call it answers.");
  }
  return { role: "tool", callId, content: readContent(given["content"], `${field}.content`) };
}

/** Servers refuse a conversation in which a call has no result, or a result no call. */
function assertAnswered(given: readonly unknown[], messages: readonly ChatMessage[]): void {
  const waiting = new Set<string>();
  const placeOf = (callId: string): string => {
    const at = given.findIndex(
      (message) => isObject(message) && message["tool_call_id"] === callId,
    );
    return `messages[${at}].tool_call_id`;
  };
  for (const message of messages) {
    if (message.role === "tool") {
      if (waiting.delete(message.callId)) continue;
      throw badField(placeOf(message.callId), "answers no call of an assistant message before it.");
    }
    assertNone(waiting);
    if (message.role === "assistant") for (const { id } of message.calls ?? []) waiting.add(id);
  }
  assertNone(waiting);
}

function assertNone(waiting: ReadonlySet<string>): void {
  const [open] = waiting;
  if (open === undefined) return;
  throw badField("messages", `has no tool message that answers the call ${open.slice(0, 64)}.`);
}
