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
  const { promptTokens: prompt, completionTokens: completion } = usage ?? {};
  if (prompt === undefined && completion === undefined) return undefined;
  const [prompt_tokens, completion_tokens] = [prompt ?? 0, completion ?? 0];
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** Beside OpenAI's fields: which way the turn took, and who answered. */
export function aboutTurn({ path, usage }: ChatEnd): { lilux: object } {
  return { lilux: { path: path ?? null, answered_by: usage?.model ?? null } };
}
