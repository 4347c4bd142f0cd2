import type { LineKey } from "./line-key.ts";

/** How a key names a rank of the list, from 0: as text, which must be armed, or at any time. */
export interface NamedRank {
  rank: number;
  /** The digit would be typed if it chose nothing. */
  isText: boolean;
}

/**
 * Keys act by what they write. A digit names its rank wherever the layout has
 * it (French writes it with Shift, Lithuanian with AltGr). What writes a letter
 * or a sign is text, also with Option on a Mac. Alt elsewhere writes nothing, so
 * with it the digit row names ranks by position even where it holds letters.
 */
export function rankOfKey(key: LineKey): NamedRank | null {
  const digit = /^[1-9]$/.test(key.key) ? key.key : undefined;
  if (key.rankModifier) {
    // Alt and the number pad is how Windows enters a character by its code.
    const named = /^Digit([1-9])$/.exec(key.code)?.[1];
    if (named === undefined) return null;
    const decided = digit ?? (isOfTheRow(key) ? named : undefined);
    return decided === undefined ? null : { rank: Number(decided) - 1, isText: false };
  }
  if (digit === undefined || key.control) return null;
  return { rank: Number(digit) - 1, isText: true };
}

/** Whether the modifier changed nothing: the key still says what the row itself writes. */
function isOfTheRow({ key, plain }: LineKey): boolean {
  if ([...key].length !== 1) return false;
  return plain === null || plain === key || /^\p{L}$/u.test(key);
}
