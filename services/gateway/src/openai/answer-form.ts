import type { Usage } from "@lilux/protocol";
import type { ChatEnd } from "./chat-telling.ts";

/** What every part of an answer says of itself. */
export interface AnswerHead {
  id: string;
  /** Unix seconds. */
  created: number;
  model: string;
}

/** Undefined where the model's server does not count. */
export function usageOf(usage: Usage | undefined): object | undefined {
  const { promptTokens: prompt_tokens, completionTokens: completion_tokens = 0 } = usage ?? {};
  if (prompt_tokens === undefined) return undefined;
  const reasoning_tokens = usage?.thoughtTokens;
  const details =
    reasoning_tokens === undefined ? {} : { completion_tokens_details: { reasoning_tokens } };
  const total_tokens = prompt_tokens + completion_tokens;
  return { prompt_tokens, completion_tokens, total_tokens, ...details };
}

/** Beside OpenAI's fields: which way the turn took, and who answered. */
export function aboutTurn({ path, usage }: ChatEnd): { lilux: object } {
  return { lilux: { path: path ?? null, answered_by: usage?.model ?? null } };
}
