import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const RUNS_MAX = 500;
const BYTES_MAX = 256 * 1024 * 1024;
/** What a process that died left half-written. */
const PARTIAL_MS_MAX = 3_600_000;

interface KeptRun {
  path: string;
  bytes: number;
  changedMs: number;
}

/** Removes the oldest runs until those that stay, and what is to come, fit the bounds. */
export async function pruneOutputs(outputs: string, bytesToCome: number): Promise<void> {
  const runs: KeptRun[] = [];
  for (const entry of await readdir(outputs, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(outputs, entry.name);
    if (entry.name.startsWith(".partial-")) await removeIfLeft(path);
    else if (/^\d{4}-\d\d-\d\d$/.test(entry.name)) runs.push(...(await runsOf(path)));
  }
  runs.sort((a, b) => a.changedMs - b.changedMs);
  let bytes = runs.reduce((sum, run) => sum + run.bytes, bytesToCome);
  let count = runs.length + 1;
  for (const run of runs) {
    if (bytes <= BYTES_MAX && count <= RUNS_MAX) return;
    await rm(run.path, { recursive: true, force: true });
    bytes -= run.bytes;
    count -= 1;
  }
}

async function removeIfLeft(path: string): Promise<void> {
  const stats = await ifThere(stat(path));
  if (stats !== undefined && Date.now() - stats.mtimeMs > PARTIAL_MS_MAX) {
    await rm(path, { recursive: true, force: true });
  }
}

/** What another run, making room at the same time, has removed meanwhile takes none. */
async function runsOf(day: string): Promise<KeptRun[]> {
  const entries = await ifThere(readdir(day, { withFileTypes: true }));
  const runs = (entries ?? [])
    .filter((entry) => entry.isDirectory())
    .map(async ({ name }): Promise<KeptRun[]> => {
      const path = join(day, name);
      const stats = await ifThere(stat(path));
      if (stats === undefined) return [];
      return [{ path, bytes: await bytesBelow(path), changedMs: stats.mtimeMs }];
    });
  return (await Promise.all(runs)).flat();
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await ifThere(readdir(folder, { recursive: true, withFileTypes: true }));
  for (const entry of entries ?? []) {
    if (!entry.isFile()) continue;
    const stats = await ifThere(stat(join(entry.parentPath, entry.name)));
    bytes += stats?.size ?? 0;
  }
  return bytes;
}

async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}
