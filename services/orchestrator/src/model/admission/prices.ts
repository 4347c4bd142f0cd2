import type { Spending } from "../language-model.ts";

/** What a pool costs, for a million tokens, in any one currency. */
export interface Prices {
  input: number;
  /** Of a prompt's tokens, those that the server had in its cache; `input` when it is not said. */
  cachedInput?: number;
  output: number;
}

/** In millionths of the currency, whole: a price for a million tokens is one for a token in millionths. */
export function costOf(
  { promptTokens = 0, cachedTokens = 0, completionTokens = 0 }: Partial<Spending>,
  prices: Prices | undefined,
): number {
  if (prices === undefined) return 0;
  const { input, cachedInput = input, output } = prices;
  const fresh = Math.max(0, promptTokens - cachedTokens);
  return Math.round(fresh * input + cachedTokens * cachedInput + completionTokens * output);
}
