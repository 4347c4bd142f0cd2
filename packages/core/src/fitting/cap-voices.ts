/**
 * Weights with which no voice counts for more than `shareMax` of all, or for more than all voices
 * would count for each: what one person does again and again is still one person's.
 */
export function capVoices(
  lines: readonly { voice: number; weight: number }[],
  shareMax: number,
): number[] {
  const byVoice = Map.groupBy(lines, ({ voice }) => voice);
  const sums = new Map([...byVoice].map(([voice, own]) => [voice, sumOf(own)]));
  const cap = capOfVoices([...sums.values()], shareMax);
  return lines.map(({ voice, weight }) => weight * Math.min(1, cap / (sums.get(voice) ?? cap)));
}

/** The largest sum that a voice may keep so that it is no more than the share, or an even part, of what then is left. */
export function capOfVoices(sums: readonly number[], shareMax: number): number {
  const share = Math.max(shareMax, 1 / Math.max(1, sums.length));
  let cap = sums.reduce((most, sum) => Math.max(most, sum), 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    const all = sums.reduce((total, sum) => total + Math.min(sum, cap), 0);
    cap = Math.min(cap, share * all);
  }
  return cap === 0 ? 1 : cap;
}

const ROUNDS = 200;

function sumOf(lines: readonly { weight: number }[]): number {
  return lines.reduce((sum, { weight }) => sum + weight, 0);
}
