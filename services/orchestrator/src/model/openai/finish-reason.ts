import { LiluxError } from "@lilux/protocol";

/** Of the model's own will. Names of OpenAI, and of others that kept their own. */
const FINISHED = new Set([
  "stop",
  "tool_calls",
  "tool_call",
  "tool_use",
  "function_call",
  "end_turn",
  "eos",
  "eos_token",
  "stop_token",
  "stop_sequence",
  "complete",
]);
const FULL = new Set([
  "length",
  "max_tokens",
  "max_length",
  "model_length",
  "model_context_window_exceeded",
]);
const FILTERED = new Set([
  "content_filter",
  "safety",
  "recitation",
  "prohibited_content",
  "blocklist",
  "spii",
  "sensitive",
  "moderation",
]);
const BROKEN = new Set([
  "error",
  "abort",
  "aborted",
  "cancelled",
  "timeout",
  "network_error",
  "insufficient_system_resource",
]);

/**
 * What it means that the model stopped: undefined when it had said all it
 * wanted to, else why its answer is not whole. A reason nobody here knows is no
 * success.
 */
export function incompleteFrom(finish: string): LiluxError | undefined {
  const reason = finish.toLowerCase();
  if (FINISHED.has(reason)) return undefined;
  if (BROKEN.has(reason)) {
    return new LiluxError("llm_truncated", { cause: new Error(`finish_reason ${reason}`) });
  }
  if (FULL.has(reason)) return incomplete("length", CUT);
  if (FILTERED.has(reason)) return incomplete("content_filter", STOPPED);
  if (reason === "refusal") return incomplete("refusal", DECLINED);
  const named = /^[\w.-]{1,40}$/.test(reason) ? ` (${reason})` : "";
  return incomplete(
    "other",
    `The language model server ended the answer for a reason that is not known here${named}. Ask again, or in other words.`,
  );
}

/** The model said that it declines. */
export function refused(): LiluxError {
  return incomplete("refusal", DECLINED);
}

/** The model stopped of its own will and had only thought. */
export function onlyThought(): LiluxError {
  return incomplete("thought_only", THOUGHT);
}

/** The model called tools where it was to answer in words. */
export function onlyCalled(): LiluxError {
  return incomplete("called_only", CALLED);
}

const CUT =
  "The answer was cut off: it reached the limit of tokens (LILUX_LLM_TOKENS_MAX, or the model's own). Ask for the rest, or for less at once.";
const STOPPED =
  "The language model server's content filter stopped the answer. Ask in other words.";
const DECLINED = "The language model declined to answer. Ask in other words.";
const THOUGHT =
  "The language model thought and then gave no answer. Ask again; where this happens often, give it more room (LILUX_LLM_TOKENS_MAX).";
const CALLED =
  "The language model asked for tools where it was to answer in words. Ask again; where this happens often, use a larger model.";

function incomplete(reason: string, message: string): LiluxError {
  return new LiluxError("llm_incomplete", { message, details: { reason } });
}
