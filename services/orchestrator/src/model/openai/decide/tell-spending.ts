import type { DecideRequest } from "../../language-model.ts";
import { countIn, isObject } from "../json-value.ts";

/** What an answer says it cost, by the names of chats or by those of decisions. */
export function tellSpending(answer: unknown, { onSpent }: Pick<DecideRequest, "onSpent">): void {
  const usage = isObject(answer) && isObject(answer["usage"]) ? answer["usage"] : undefined;
  if (usage === undefined) return;
  const details = usage["prompt_tokens_details"] ?? usage["input_tokens_details"];
  onSpent?.({
    promptTokens: countIn(usage["prompt_tokens"] ?? usage["input_tokens"]),
    cachedTokens: isObject(details) ? countIn(details["cached_tokens"]) : undefined,
    completionTokens: countIn(usage["completion_tokens"] ?? usage["output_tokens"]),
    thoughtTokens: undefined,
    isTold: true,
  });
}
