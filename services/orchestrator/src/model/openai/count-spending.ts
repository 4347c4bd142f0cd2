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

/** Longer pieces are more than one token each. */
const CHARACTERS_OF_TOKEN_MAX = 6;

export function countSpending(): SpendingCount {
  const said = { pieces: 0, characters: 0 };
  const thought = { pieces: 0, characters: 0 };
  let counts: TokenCounts | undefined;
  const add = (to: typeof said, { length }: string): void => {
    if (length === 0) return;
    to.pieces += 1;
    to.characters += length;
  };
  const tokens = ({ pieces, characters }: typeof said): number =>
    Math.max(pieces, Math.ceil(characters / CHARACTERS_OF_TOKEN_MAX));

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
    came: (piece) => add(said, piece),
    thought: (piece) => add(thought, piece),
    total() {
      const thoughtTokens = tokens(thought) || undefined;
      const completionTokens = tokens(said) + tokens(thought);
      if (counts !== undefined) {
        return { ...counts, thoughtTokens: counts.thoughtTokens ?? thoughtTokens, isTold: true };
      }
      if (completionTokens === 0) return undefined;
      const unknown = { promptTokens: undefined, cachedTokens: undefined };
      return { ...unknown, completionTokens, thoughtTokens, isTold: false };
    },
  };
}
