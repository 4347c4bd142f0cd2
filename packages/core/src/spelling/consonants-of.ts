/**
 * What is left of a word that is written short: its first letter and the consonants after it, a
 * doubled one once. "Newsletter" and "nwsltr" have the same.
 */
export function consonantsOf(word: string): string {
  const rest = word.slice(1).replace(/[aeiou]/g, "");
  return `${word.slice(0, 1)}${rest}`.replace(/(.)\1+/g, "$1");
}

/** Whether the letters of one word stand in the other, in their order. */
export function isWithin(short: string, whole: string): boolean {
  let at = 0;
  for (const letter of whole) if (letter === short[at]) at += 1;
  return at === short.length;
}
