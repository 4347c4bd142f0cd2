import { type ChatMessage, type ChatTurn, LiluxError, TEXT_CHARACTERS_MAX } from "@lilux/protocol";
import { badField, isObject, isSet } from "./bad-field.ts";
import type { ChatBody } from "./chat-body.ts";
import { readMessages } from "./read-messages.ts";
import { readTools } from "./read-tools.ts";

/** A request for an answer, read and checked. */
export interface AskedChat {
  model: string;
  chat: ChatTurn;
  /** What the router reads: the newest line of a person, and those before it. */
  text: string;
  history: string[];
  /** Whether the router may decide: the newest message is a line, and nothing forces another way. */
  kind: "submit" | "ask";
  streams: boolean;
  includesUsage: boolean;
  /** The answer is to be JSON. */
  isJson: boolean;
  /** No more than one of the caller's tools at once. */
  callsOne: boolean;
}

const HISTORY_LINES_MAX = 10;
/** They change how the model writes, and are its server's to take or refuse. */
const PASSED_ON = [
  "temperature",
  "top_p",
  "stop",
  "seed",
  "presence_penalty",
  "frequency_penalty",
] as const;

/** Throws `invalid_request` that names the field. */
export function readChat(body: ChatBody): AskedChat {
  const extra: Record<string, unknown> = body;
  refuse(extra);
  const messages = readMessages(body.messages);
  const last = messages.at(-1);
  if (last?.role !== "user" && last?.role !== "tool") {
    throw badField("messages", "must end with a message of the user or of a tool.");
  }
  const { tools, toolChoice } = readTools(extra);
  const format = readFormat(body.response_format);
  const passedOn = { ...given(extra, PASSED_ON), ...format };
  const tokensMax = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  const lines = messages.filter(({ role }) => role === "user").map(({ content }) => content);
  const line = lines.at(-1) ?? "";
  const isFree = last.role === "user" && toolChoice === "auto" && format === undefined;
  return {
    model: body.model,
    chat: {
      messages,
      tools,
      toolChoice,
      ...(tokensMax === undefined ? {} : { tokensMax }),
      ...(Object.keys(passedOn).length === 0 ? {} : { passedOn }),
    },
    text: cut(line),
    history: lines.slice(0, -1).slice(-HISTORY_LINES_MAX).map(cut),
    // Of what is longer than a line can be, the router would read a part.
    kind: isFree && line.length <= TEXT_CHARACTERS_MAX ? "submit" : "ask",
    streams: body.stream === true,
    includesUsage: body.stream_options?.["include_usage"] === true,
    isJson: format !== undefined,
    callsOne: body.parallel_tool_calls === false,
  };
}

function refuse(body: Record<string, unknown>): void {
  const { n, logprobs, modalities } = body;
  if (isSet(n) && n !== 1) throw badField("n", "must be 1: one answer is given.");
  if (logprobs === true) throw badField("logprobs", "are not given. Leave the field out.");
  const isSpoken = Array.isArray(modalities) && modalities.some((each) => each !== "text");
  if (isSpoken || isSet(body["audio"])) {
    throw badField(isSpoken ? "modalities" : "audio", "asks for sound. Text alone is given.");
  }
}

function readFormat(format: unknown): { response_format: unknown } | undefined {
  if (!isSet(format)) return undefined;
  const type = isObject(format) ? format["type"] : undefined;
  if (type === "text") return undefined;
  if (type === "json_object" || type === "json_schema") return { response_format: format };
  throw badField("response_format.type", "must be text, json_object or json_schema.");
}

function given(body: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => (isSet(body[name]) ? [[name, body[name]] as const] : [])),
  );
}

/** Not within a character of two units. */
function cut(text: string): string {
  if (text.length <= TEXT_CHARACTERS_MAX) return text;
  return text.slice(0, TEXT_CHARACTERS_MAX).replace(/[\uD800-\uDBFF]$/, "");
}

/** The answer to a question of ours: `yes` and the id of the call that waits. */
const YES = /^\s*yes[,:]?\s+`?(c_[a-z0-9]{10,40}\.\d{1,3})`?\s*[.!]?\s*$/i;

/** The call a person says yes to, if that is what they say. */
export function yesIn({ messages }: { messages: readonly ChatMessage[] }): string | undefined {
  const last = messages.at(-1);
  return last?.role === "user" ? YES.exec(last.content)?.[1]?.toLowerCase() : undefined;
}

/** Of a call that nobody waits for any more. */
export function unknownYes(): LiluxError {
  return new LiluxError("unknown_call", {
    message:
      "No call waits for that yes: it is more than ten minutes old, or was never asked about. Ask for the call again.",
    details: { field: "messages" },
  });
}
