/** A line that was committed on this device, and when: Unix milliseconds. */
export interface PastLine {
  text: string;
  at: number;
}

const RECENTS_MAX = 8;
/** After so long a use counts half: what was done yesterday says more than what was done last month. */
const HALF_LIFE_MS = 3 * 24 * 3_600_000;

/** The lines most worth offering again: often and lately used, each once. */
export function recentLines(lines: readonly PastLine[]): string[] {
  const newest = lines.at(-1)?.at ?? 0;
  const scores = new Map<string, number>();
  for (const { text, at } of lines) {
    const worth = 0.5 ** ((newest - at) / HALF_LIFE_MS);
    scores.set(text, (scores.get(text) ?? 0) + worth);
  }
  return [...scores]
    .reverse()
    .sort(([, a], [, b]) => b - a)
    .slice(0, RECENTS_MAX)
    .map(([text]) => text);
}
