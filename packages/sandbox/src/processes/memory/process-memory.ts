import { readdir, readFile } from "node:fs/promises";

const PAGE_BYTES = 4_096;
/** A run has at most 64 processes; a tree that seems larger is read no further. */
const PROCESSES_MAX = 512;

/** A process and all that come of it. Those that end meanwhile are left out. */
export async function processTree(root: number): Promise<number[]> {
  const found = new Set([root]);
  // What a set is given while it is walked is walked as well.
  for (const pid of found) {
    if (found.size >= PROCESSES_MAX) break;
    for (const child of await childrenOf(pid)) found.add(child);
  }
  return [...found];
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = threads.map((thread) =>
    readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => ""),
  );
  return (await Promise.all(lists)).flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

/**
 * Bytes of memory that a process alone seems to hold. What it shares with a
 * parent it was forked from is counted in both: never too little. Cheap.
 */
export async function ownBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => "");
  const [, resident = 0, shared = 0] = text.split(" ").map(Number);
  return Math.max(0, resident - shared) * PAGE_BYTES;
}

/** Its proportional share (PSS), in which shared pages are divided. Undefined where it is not shown. */
export async function proportionalBytes(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  const kib = /^Pss:\s+(\d+) kB/m.exec(text)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}
