import { mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";

/** A process, told apart from a later one of the same number. */
interface Holder {
  pid: number;
  /** Its start in ticks since boot, where the system tells; else empty. */
  startedAt: string;
}

/**
 * Claims a journal directory for this process, so that two never write one
 * journal. A claim whose process is gone is taken over, also when another has
 * its number now, as the first process of every container does. Returns the
 * release. Throws `bus_unavailable` naming the process that holds it.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "lock");
  const claim: Holder = { pid: process.pid, startedAt: await startOf(process.pid) };
  for (let lastTry = false; ; lastTry = true) {
    try {
      await writeFile(path, JSON.stringify(claim), { flag: "wx", mode: 0o600 });
      return () => unlink(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = await readHolder(path);
      if (lastTry || (await isRunning(holder))) throw heldBy(holder, directory);
      await unlink(path).catch(() => undefined);
    }
  }
}

function heldBy(holder: Holder | undefined, directory: string): LiluxError {
  return new LiluxError("bus_unavailable", {
    message: `Process ${holder?.pid ?? "(unknown)"} already uses the journal folder. Stop it, or choose another folder.`,
    cause: new Error(directory),
  });
}

/** Undefined for a lock that was torn while it was written, or taken away meanwhile. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const { pid, startedAt } = JSON.parse(await readFile(path, "utf8")) as Holder;
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

async function isRunning(holder: Holder | undefined): Promise<boolean> {
  if (holder === undefined) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return (await startOf(holder.pid)) === holder.startedAt;
}

/** Field 22 of /proc/<pid>/stat; the second field is a name that may hold spaces. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
