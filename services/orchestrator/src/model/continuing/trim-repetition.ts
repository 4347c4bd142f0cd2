export interface RepetitionTrimmer {
  /** The part of this piece that is new; held back while that cannot be told. */
  push(piece: string): string;
  /** What was held back at the end and is new. */
  end(): string;
}

/** Shorter repeats of its last words happen in ordinary prose and are left alone. */
const REPEAT_CHARACTERS_MIN = 12;
/** A message that begins again as it began is one from this length on. */
const WHOLE_CHARACTERS_MIN = 3;

/**
 * Joins a continuation to the text it continues. A model that was asked to go on
 * from `sent` may say all of it or its last words again first; that repeat is
 * cut off. Characters that are not a repeat are never lost: at most as many as
 * `sent` has are held back until it is clear which they are.
 */
export function createRepetitionTrimmer(sent: string): RepetitionTrimmer {
  let held = "";
  let settled = sent.length < WHOLE_CHARACTERS_MIN;

  function settle(): string {
    settled = true;
    const rest = held.slice(repeatedCharacters(sent, held));
    held = "";
    return rest;
  }

  return {
    push(piece) {
      if (settled) return piece;
      held += piece;
      return mayGrow(sent, held) ? "" : settle();
    },
    end: () => (settled ? "" : settle()),
  };
}

/** Whether more characters could still make a longer repeat of `held`. */
function mayGrow(sent: string, held: string): boolean {
  if (held.length >= sent.length) return false;
  return sent.startsWith(held) || (sent.length >= REPEAT_CHARACTERS_MIN && sent.includes(held));
}

/** How many characters at the front of `held` were sent already, at the end of `sent`. */
function repeatedCharacters(sent: string, held: string): number {
  if (held.startsWith(sent)) return sent.length;
  for (let length = Math.min(sent.length, held.length); length > 0; length -= 1) {
    if (length < REPEAT_CHARACTERS_MIN) return 0;
    if (sent.endsWith(held.slice(0, length))) return length;
  }
  return 0;
}
