import type { Call, ChatMessage, ErrorBody } from "@lilux/protocol";
import { isObject } from "./bad-field.ts";

/**
 * A call that we made, beside OpenAI's own fields: its name and arguments when it begins, its
 * output when it has ended. No client takes it for a call that it has to make itself.
 */
export interface ExecutedTool {
  index: number;
  id: string;
  type: "function";
  name: string;
  arguments: string;
  output?: string;
}

/** What a client is sent of one result; the rest is to be had by the call itself. */
const OUTPUT_CHARACTERS_MAX = 256 * 1024;
const RECALLED_MAX = 16;

export function executedTool(
  index: number,
  { callId, call }: { callId: string; call: Call },
): ExecutedTool {
  const { name, arguments: given } = call;
  return { index, id: callId, type: "function", name, arguments: JSON.stringify(given) };
}

export function outputOf({
  result,
  error,
}: {
  result?: unknown;
  error?: ErrorBody | undefined;
}): string {
  const text = JSON.stringify(error === undefined ? (result ?? null) : { error });
  if (text.length <= OUTPUT_CHARACTERS_MAX) return text;
  return `${text.slice(0, OUTPUT_CHARACTERS_MAX)}… (cut: POST /v1/execute gives all of it)`;
}

/** Our own calls of an earlier answer, where its client sends them back. */
export function recalledCalls(given: unknown): ChatMessage[] {
  if (!Array.isArray(given)) return [];
  return given.slice(0, RECALLED_MAX).flatMap((tool: unknown, at): ChatMessage[] => {
    if (!isObject(tool)) return [];
    const { id, name, arguments: text, output } = tool;
    if (typeof name !== "string" || typeof text !== "string" || typeof output !== "string")
      return [];
    const callId = typeof id === "string" ? id : `executed_${at}`;
    return [
      { role: "assistant", content: "", calls: [{ id: callId, name, arguments: text }] },
      { role: "tool", callId, content: output },
    ];
  });
}
