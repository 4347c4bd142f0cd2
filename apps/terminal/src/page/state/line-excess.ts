/** How much of a line is more than the server takes. */
export interface LineExcess {
  characters: number;
  charactersOver: number;
  /** It has few enough characters, but those of many alphabets take more than a byte each. */
  bytesOver: number;
}

/** What a session says it takes. */
export interface LineLimits {
  /** In UTF-16 code units. */
  textCharactersMax: number;
  frameBytesMax: number;
}

/** Nothing is cut: a line that is too long stays whole and says so. Null when it fits. */
export function lineExcess(text: string, limits: LineLimits): LineExcess | null {
  const bytesMax = limits.frameBytesMax - FRAME_AROUND_TEXT_BYTES;
  const characters = text.length;
  const charactersOver = Math.max(0, characters - limits.textCharactersMax);
  if (charactersOver === 0 && characters * JSON_BYTES_PER_CHARACTER_MAX <= bytesMax) return null;
  const bytes = new TextEncoder().encode(JSON.stringify(text)).length;
  const bytesOver = Math.max(0, bytes - bytesMax);
  return charactersOver === 0 && bytesOver === 0 ? null : { characters, charactersOver, bytesOver };
}

/** `\u0007`, as JSON writes a control character. */
const JSON_BYTES_PER_CHARACTER_MAX = 6;
/** Type, ids and punctuation of a frame beside its text. */
const FRAME_AROUND_TEXT_BYTES = 512;
