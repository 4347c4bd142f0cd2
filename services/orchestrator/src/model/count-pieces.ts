/** Tokens of what comes in pieces, where nobody tells them. */
export interface PieceCount {
  add(piece: string): void;
  characters(): number;
  tokens(): number;
}

/** Longer pieces are more than one token each. */
const CHARACTERS_OF_TOKEN_MAX = 6;

export function countPieces(): PieceCount {
  let pieces = 0;
  let characters = 0;
  return {
    add({ length }) {
      if (length === 0) return;
      pieces += 1;
      characters += length;
    },
    characters: () => characters,
    tokens: () => Math.max(pieces, Math.ceil(characters / CHARACTERS_OF_TOKEN_MAX)),
  };
}
