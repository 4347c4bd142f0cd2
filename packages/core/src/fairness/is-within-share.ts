/** A flow of weight 1 may hold so many times what is free: 3/4 of the whole when it is alone. */
const TIMES_FREE = 3;

export interface Holding {
  /** Of the whole. */
  max: number;
  /** What all flows hold of it. */
  all: number;
  /** What this one holds. */
  own: number;
  /** What it wants besides. */
  more: number;
  /** 1 unless told. */
  weight?: number | undefined;
}

/**
 * Whether a flow (tenant) may hold more of something that has a bound, and that nobody can be made to give back.
 * Its share follows what is free (the dynamic thresholds of Choudhury and Hahne, 1998): one that
 * floods stops at 3/4, two at 3/7 each, one of weight 2 beside one of weight 1 comes to twice as much as pieces end, and
 * whoever holds little is always taken, as some stays free whatever the others do. Nobody has to know how many
 * flows there are.
 */
export function isWithinShare({ max, all, own, more, weight = 1 }: Holding): boolean {
  const free = max - all - more;
  return free >= 0 && own + more <= TIMES_FREE * weight * free;
}
