/** The best `limit` of what it is offered, best first, without sorting the rest. */
interface BestOf<T> {
  offer(value: T): void;
  values(): T[];
  /** The last of the best: only better ones are kept from now on. Undefined while there is room. */
  floor(): T | undefined;
}

/** `compare` is as for sorting: negative when its first argument is the better one. */
export function createBestOf<T>(limit: number, compare: (a: T, b: T) => number): BestOf<T> {
  const kept: T[] = [];
  return {
    offer(value) {
      const last = kept.at(-1);
      if (kept.length >= limit && last !== undefined && compare(value, last) >= 0) return;
      let place = kept.length;
      for (; place > 0; place -= 1) {
        const before = kept[place - 1];
        if (before === undefined || compare(before, value) <= 0) break;
      }
      kept.splice(place, 0, value);
      if (kept.length > limit) kept.pop();
    },
    values: () => [...kept],
    floor: () => (kept.length < limit ? undefined : kept.at(-1)),
  };
}
