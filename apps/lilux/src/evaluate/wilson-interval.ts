/** 95 of 100 such intervals hold the true share. */
const Z = 1.959964;

/**
 * The interval of a share that was counted over so many lines, after Wilson (1927): it stays between
 * 0 and 1, and is right also for few lines and for shares near either end. Null where nothing was counted.
 */
export function wilsonInterval(share: number | null, lines: number): [number, number] | null {
  if (share === null || lines <= 0) return null;
  const square = Z ** 2;
  const middle = (share + square / (2 * lines)) / (1 + square / lines);
  const half =
    (Z * Math.sqrt((share * (1 - share)) / lines + square / (4 * lines ** 2))) /
    (1 + square / lines);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
