/** What a name of an item hardly reaches, and a key of 128 bits in base 32 or more does. */
const BITS_MIN = 3.4;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Whether a word looks made by a machine rather than by a person: its characters vary, and letters
 * are mixed with digits in a way that names and paths do not mix them. A UUID names something and
 * opens nothing.
 */
export function isRandom(word: string): boolean {
  if (UUID.test(word)) return false;
  const bare = word.replaceAll(/[=]+$/g, "");
  const changes = bare.match(/[a-z][A-Z0-9]|[A-Z][0-9]|[0-9][A-Za-z]/g)?.length ?? 0;
  const isMixed = /\d/.test(bare) && /[A-Za-z]/.test(bare) && changes >= bare.length / 8;
  return isMixed && bitsACharacter(bare) >= BITS_MIN;
}

/** Shannon's entropy of the word's own characters, in bits. */
function bitsACharacter(word: string): number {
  const counts = new Map<string, number>();
  for (const character of word) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / word.length) * Math.log2(count / word.length);
  return bits;
}
