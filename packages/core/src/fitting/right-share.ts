import { offsetUtilities } from "./fit-offset.ts";
import type { StudiedLine } from "./studied-line.ts";

/** 97.5 % of a normal distribution lie below it. */
const Z = 1.959_964;

/** How often the call that was meant leads, with the bounds of its 95 % interval (Wilson 1927). */
export function rightShare(
  offset: Float64Array,
  lines: readonly StudiedLine[],
): { value: number; low: number; high: number; cases: number } {
  const telling = lines.filter(({ right }) => right);
  const right = telling.filter((line) => {
    const utilities = offsetUtilities(line, offset);
    return line.meant.includes(utilities.indexOf(Math.max(...utilities)));
  }).length;
  const cases = Math.max(1, telling.length);
  const value = right / cases;
  const middle = (value + Z ** 2 / (2 * cases)) / (1 + Z ** 2 / cases);
  const spread =
    (Z * Math.sqrt((value * (1 - value)) / cases + Z ** 2 / (4 * cases ** 2))) /
    (1 + Z ** 2 / cases);
  const low = Math.min(value, middle - spread);
  const high = Math.max(value, middle + spread);
  return { value, low: Math.max(0, low), high: Math.min(1, high), cases };
}
