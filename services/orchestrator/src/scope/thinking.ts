import type { TurnEvent } from "@lilux/protocol";
import { countPieces } from "../model/count-pieces.ts";

/** Of one turn. Who thinks on is counted in the turn's usage, and no longer shown. */
const CHARACTERS_MAX = 64 * 1024;

/** Tells whoever looks on what a model thinks, with its tokens so far. */
export function createThinking({
  turnId,
  emit,
}: {
  turnId: string;
  emit(event: TurnEvent): Promise<void>;
}): (text: string) => Promise<void> {
  const count = countPieces();
  return async (text) => {
    const left = CHARACTERS_MAX - count.characters();
    count.add(text);
    const shown = text.slice(0, Math.max(0, left)).toWellFormed();
    if (shown === "") return;
    await emit({ type: "thought-delta", turnId, text: shown, tokens: count.tokens() });
  };
}
