/** JSON of a request nests this deep at most: far beyond any real argument, far below any stack. */
export const JSON_DEPTH_MAX = 64;

/** Whether JSON nests deeper than so many levels. Uses no stack of its own, whatever it is given. */
export function isDeeperThan(value: unknown, levelsMax: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levelsMax) return true;
    level = level.flatMap((member) =>
      typeof member === "object" && member !== null ? Object.values(member) : [],
    );
  }
  return false;
}
