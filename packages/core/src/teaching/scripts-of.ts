/** Scripts that texts are told apart by; those that are written mixed count as one. */
const SCRIPTS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u,
  /\p{Script=Hangul}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Devanagari}/u,
  /\p{Script=Thai}/u,
] as const;

/** A script with a smaller share is a name in a text of another one. */
const OWN_SHARE = 0.2;
const ENOUGH = 0.8;

/** By place in `SCRIPTS`; the last place is every other script. */
function countsOf(text: string): number[] {
  const counts = new Array<number>(SCRIPTS.length + 1).fill(0);
  for (const [letter] of text.matchAll(/\p{L}/gu)) {
    const found = SCRIPTS.findIndex((script) => script.test(letter));
    const place = found < 0 ? SCRIPTS.length : found;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

/** The scripts that a text is written in. */
export function scriptsOf(text: string): ReadonlySet<number> {
  const counts = countsOf(text);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const own = counts.flatMap((count, place) =>
    count > 0 && count >= OWN_SHARE * total ? [place] : [],
  );
  return new Set(own);
}

/** Whether a line is written in these scripts; any line is in none. */
export function isOfScripts(line: string, scripts: ReadonlySet<number>): boolean {
  if (scripts.size === 0) return true;
  const counts = countsOf(line);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const within = [...scripts].reduce((sum, place) => sum + (counts[place] ?? 0), 0);
  return within >= ENOUGH * total;
}
