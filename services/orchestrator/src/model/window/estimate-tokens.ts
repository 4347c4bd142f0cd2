/** Tokens per character, on the safe side of common tokenizers: digits and marks are often tokens of their own. */
const LETTER = 0.3;
const SPACE = 0.15;
const MARK = 0.75;
const DIGIT = 1;
const OTHER = 1;
/** Pictures take several. */
const ASTRAL = 3;

/** How many tokens a text may be, without asking anybody. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const character of text) tokens += weightOf(character.codePointAt(0) ?? 0);
  return Math.ceil(tokens);
}

function weightOf(code: number): number {
  if (code > 0xffff) return ASTRAL;
  if (code > 0x7f) return OTHER;
  if (code <= 0x20) return SPACE;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? LETTER : MARK;
}
