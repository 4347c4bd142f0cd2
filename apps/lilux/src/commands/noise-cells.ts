import type { RuleNoise } from "@lilux/protocol";

/** Rule, judged, wrong, and the share with its interval. */
export function noiseCells({ rule, reviewed, wrong, share, low, high }: RuleNoise): string[] {
  const percent = (value: number): string => (100 * value).toFixed(1);
  const known =
    share === null ? "unknown" : `${percent(share)} % (${percent(low)} to ${percent(high)})`;
  return [rule, String(reviewed), String(wrong), known];
}
