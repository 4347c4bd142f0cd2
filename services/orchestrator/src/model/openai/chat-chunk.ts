import { countIn, isObject, listOf, textIn } from "./json-value.ts";
import type { ToolCallDelta } from "./tool-call-assembler.ts";

/** What is read of a chunk of an answer. */
export interface ChatChunk {
  text: string;
  /** Words with which the model declines. */
  refusal: string;
  /** It thinks aloud. Thoughts are no answer. */
  thought: string;
  fragments: ToolCallDelta[];
  /** Why the model stopped, once it has. */
  finish: string | undefined;
  usage: TokenCounts | undefined;
  /** An answer that was not streamed, or a server that repeats the whole at its end. */
  isWhole: boolean;
  hasChoice: boolean;
}

/** Undefined is unknown: servers leave out, null or misname either. */
export interface TokenCounts {
  promptTokens: number | undefined;
  cachedTokens: number | undefined;
  completionTokens: number | undefined;
  thoughtTokens: number | undefined;
}

const THOUGHTS = ["reasoning_content", "reasoning", "reasoning_text", "thinking", "thought"];

/**
 * Reads what is needed and passes over all else: what another server does with
 * the rest of its chunks is its business. Undefined for a value that is no
 * chunk at all.
 */
export function readChunk(data: unknown): ChatChunk | undefined {
  if (!isObject(data)) return undefined;
  const { choices } = data;
  if (choices !== undefined && choices !== null && typeof choices !== "object") return undefined;
  const choice = firstChoice(choices);
  const isWhole = !isObject(choice["delta"]) && isObject(choice["message"]);
  const delta = isWhole ? choice["message"] : choice["delta"];
  const said = isObject(delta) ? delta : {};
  const content = readContent(said["content"]);
  return {
    text: content.text === "" && "text" in choice ? textIn(choice["text"]) : content.text,
    refusal: textIn(said["refusal"]) + content.refusal,
    // Some send the same thought under two names.
    thought: content.thought || (THOUGHTS.map((name) => textIn(said[name])).find(Boolean) ?? ""),
    fragments: fragmentsOf(said),
    finish: textIn(choice["finish_reason"]).trim() || undefined,
    usage: countsOf(data["usage"]) ?? countsOf(choice["usage"]) ?? usageOfGroq(data["x_groq"]),
    isWhole,
    hasChoice: Object.keys(choice).length > 0,
  };
}

/** We ask for one answer; a server that sends more numbers them. */
function firstChoice(choices: unknown): Record<string, unknown> {
  const all = listOf(choices).filter(isObject);
  return all.find(({ index }) => index === 0 || index === undefined) ?? all[0] ?? {};
}

/** Text, or a list of typed parts. */
function readContent(content: unknown): { text: string; refusal: string; thought: string } {
  const read = { text: textIn(content), refusal: "", thought: "" };
  for (const part of listOf(content)) {
    if (!isObject(part)) {
      read.text += textIn(part);
      continue;
    }
    const kind = textIn(part["type"]);
    if (/think|reason/.test(kind)) read.thought += thoughtIn(part);
    else if (kind === "refusal") read.refusal += textIn(part["refusal"]) || textIn(part["text"]);
    else read.text += textIn(part["text"]);
  }
  return read;
}

/** Under one name or another; that there is one counts also where its words are withheld. */
function thoughtIn(part: Record<string, unknown>): string {
  const words = ["text", "thinking", "reasoning"].map((name) => textIn(part[name])).find(Boolean);
  return words ?? " ";
}

function fragmentsOf(said: Record<string, unknown>): ToolCallDelta[] {
  const legacy = said["function_call"];
  const calls = listOf(said["tool_calls"]).filter(isObject).map(toFragment);
  return calls.length === 0 && isObject(legacy) ? [toFragment({ function: legacy })] : calls;
}

function toFragment(call: Record<string, unknown>): ToolCallDelta {
  const named = isObject(call["function"]) ? call["function"] : call;
  const { id } = call;
  return {
    index: countIn(call["index"]),
    id: typeof id === "number" ? String(id) : textIn(id),
    name: textIn(named["name"]),
    arguments: argumentsText(named["arguments"]),
  };
}

function argumentsText(given: unknown): string {
  if (given === undefined || given === null) return "";
  return typeof given === "string" ? given : JSON.stringify(given);
}

function countsOf(usage: unknown): TokenCounts | undefined {
  if (!isObject(usage)) return undefined;
  return {
    promptTokens: countIn(usage["prompt_tokens"]) ?? countIn(usage["input_tokens"]),
    cachedTokens: detailIn(
      usage,
      ["prompt_tokens_details", "input_tokens_details"],
      "cached_tokens",
    ),
    completionTokens: countIn(usage["completion_tokens"]) ?? countIn(usage["output_tokens"]),
    thoughtTokens: detailIn(
      usage,
      ["completion_tokens_details", "output_tokens_details"],
      "reasoning_tokens",
    ),
  };
}

function detailIn(
  usage: Record<string, unknown>,
  names: readonly string[],
  count: string,
): number | undefined {
  const details = names.map((name) => usage[name]).find(isObject);
  return details === undefined ? undefined : countIn(details[count]);
}

function usageOfGroq(extra: unknown): TokenCounts | undefined {
  return isObject(extra) ? countsOf(extra["usage"]) : undefined;
}
