import { countPieces } from "../count-pieces.ts";
import type { Spending } from "../language-model.ts";
import type { TokenCounts } from "./chat-chunk.ts";

/** What an answer cost so far, by what its server says and by what came of it. */
export interface SpendingCount {
  /** Running totals: each replaces the one before. */
  told(counts: TokenCounts | undefined): void;
  came(piece: string): void;
  thought(piece: string): void;
  /** Undefined while nothing came. */
  total(): Spending | undefined;
}

export function countSpending(): SpendingCount {
  const said = countPieces();
  const thought = countPieces();
  let counts: TokenCounts | undefined;

  return {
    told(next) {
      if (next === undefined) return;
      counts = {
        promptTokens: next.promptTokens ?? counts?.promptTokens,
        cachedTokens: next.cachedTokens ?? counts?.cachedTokens,
        completionTokens: next.completionTokens ?? counts?.completionTokens,
        thoughtTokens: next.thoughtTokens ?? counts?.thoughtTokens,
      };
    },
    came: said.add,
    thought: thought.add,
    total() {
      const thoughtTokens = thought.tokens() || undefined;
      const completionTokens = said.tokens() + thought.tokens();
      if (counts !== undefined) {
        return { ...counts, thoughtTokens: counts.thoughtTokens ?? thoughtTokens, isTold: true };
      }
      if (completionTokens === 0) return undefined;
      const unknown = { promptTokens: undefined, cachedTokens: undefined };
      return { ...unknown, completionTokens, thoughtTokens, isTold: false };
    },
  };
}
