import { isObject, listOf, textIn } from "./json-value.ts";
import type { ToolCallDelta } from "./tool-call-assembler.ts";

/** How a family of models writes its calls, where its server leaves them in the text. */
export interface CallForm {
  open: string;
  /** Undefined where such a call lasts until the answer's end. */
  close: string | undefined;
  read(body: string): ToolCallDelta[];
}

export const CALL_FORMS: readonly CallForm[] = [
  // Hermes, Qwen, SmolLM.
  { open: "<tool_call>", close: "</tool_call>", read: readCalls },
  // Mistral: an array of calls, or a name and its arguments.
  { open: "[TOOL_CALLS]", close: undefined, read: readMistral },
  // Llama 3.
  { open: "<|python_tag|>", close: undefined, read: readCalls },
  { open: "<function=", close: "</function>", read: readFunction },
];

const NAME = /"name"\s*:\s*"([\w.-]{1,64})"/;
const NAME_AND_ARGUMENTS = /^([\w.-]{1,64})\s*(?:\[ARGS\])?\s*(\{[\s\S]*)$/;
const NAME_AND_TAG = /^([\w.-]{1,64})>\s*([\s\S]*)$/;

/** JSON of one call or of several. Broken JSON that names a call is one whose arguments are broken. */
function readCalls(body: string): ToolCallDelta[] {
  const text = body.trim();
  if (!/^[[{]/.test(text)) return [];
  const calls = listOf(parsed(text)).flatMap(callOf);
  if (calls.length > 0) return calls;
  const name = NAME.exec(text)?.[1];
  return name === undefined ? [] : [written(name, text)];
}

function readMistral(body: string): ToolCallDelta[] {
  const match = NAME_AND_ARGUMENTS.exec(body.trim());
  return match === null ? readCalls(body) : [written(match[1] ?? "", match[2] ?? "")];
}

function readFunction(body: string): ToolCallDelta[] {
  const match = NAME_AND_TAG.exec(body.trim());
  return match === null ? [] : [written(match[1] ?? "", match[2]?.trim() ?? "")];
}

function callOf(value: unknown): ToolCallDelta[] {
  if (!isObject(value)) return [];
  const name = textIn(value["name"]);
  const given = value["arguments"] ?? value["parameters"] ?? {};
  if (name === "") return [];
  return [written(name, typeof given === "string" ? given : JSON.stringify(given))];
}

function written(name: string, given: string): ToolCallDelta {
  return { index: undefined, id: "", name, arguments: given };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
