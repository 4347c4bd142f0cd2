import { readFileSync } from "node:fs";

/** Milliseconds that a process has spent on a processor. */
export interface ProcessorTime {
  /** Its main thread: where a service's JavaScript runs. */
  main: number;
  /** All others: model workers, garbage collection, input and output. */
  others: number;
}

/** Linux counts in hundredths of a second here, whatever its own clock's rate is. */
const TICK_MS = 10;
const NANOSECONDS = 1e6;

/**
 * What each named process has used so far. Unlike the time on the wall it says the same on
 * a machine that others use, but for caches that they empty. Empty where there is no
 * `/proc`: only Linux tells.
 */
export function readProcessorTimes(
  pids: ReadonlyMap<string, number>,
): ReadonlyMap<string, ProcessorTime> {
  const times = new Map<string, ProcessorTime>();
  for (const [name, pid] of pids) {
    const time = timeOf(pid);
    if (time !== undefined) times.set(name, time);
  }
  return times;
}

/** What was used between two readings, for each of `count` things done. */
export function processorTimeEach(
  before: ReadonlyMap<string, ProcessorTime>,
  after: ReadonlyMap<string, ProcessorTime>,
  count: number,
): ReadonlyMap<string, ProcessorTime> {
  const each = new Map<string, ProcessorTime>();
  for (const [name, { main, others }] of after) {
    const was = before.get(name);
    if (was === undefined) continue;
    each.set(name, { main: (main - was.main) / count, others: (others - was.others) / count });
  }
  return each;
}

function timeOf(pid: number): ProcessorTime | undefined {
  try {
    const main = mainThreadMs(pid);
    return { main, others: Math.max(0, wholeProcessMs(pid) - main) };
  } catch {
    return undefined;
  }
}

/** User and system time: the 14th and 15th field; the second may hold spaces. */
function wholeProcessMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function mainThreadMs(pid: number): number {
  const [spent = "0"] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ");
  return Number(spent) / NANOSECONDS;
}
