import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { identifyProcess, isProcessRunning, type ProcessIdentity } from "./process-identity.ts";

const TRIES_MAX = 50;
const AGAIN_MS = 20;

/**
 * Claims a folder for this process, so that two never write what is in it. A
 * claim whose process is gone is taken over, also when another has its number
 * now, as the first process of every container does, and when its parent has
 * not noticed its end yet; of many that find such a claim, one takes it over.
 * Returns the release. Throws `bus_unavailable` naming the process that holds
 * it; `what` is the folder's name in that sentence.
 */
export async function lockDirectory(
  directory: string,
  what = "journal folder",
): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "lock");
  const ours = `${path}.${randomUUID()}`;
  // Written first and linked into place: nobody ever reads half a claim.
  await writeFile(ours, JSON.stringify(identifyProcess(process.pid)), { mode: 0o600 });
  try {
    for (let tries = 1; ; tries += 1) {
      if (await linked(ours, path)) return () => unlink(path);
      const holder = await holderOf(path);
      if (isHeld(holder) || tries === TRIES_MAX) throw heldBy(holder, { directory, what });
      await removeStale(path, ours);
    }
  } finally {
    await unlink(ours);
  }
}

/**
 * Only who holds the guard removes a claim, and looks again first: what one
 * found stale may be another's fresh one by the time it is removed.
 */
async function removeStale(path: string, ours: string): Promise<void> {
  const guard = `${path}.guard`;
  if (!(await linked(ours, guard))) {
    if (!isHeld(await holderOf(guard))) await unlinkIfThere(guard);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    return;
  }
  try {
    if (!isHeld(await holderOf(path))) await unlinkIfThere(path);
  } finally {
    await unlinkIfThere(guard);
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function isHeld(holder: ProcessIdentity | undefined): boolean {
  return holder !== undefined && isProcessRunning(holder);
}

function heldBy(
  holder: ProcessIdentity | undefined,
  { directory, what }: { directory: string; what: string },
): LiluxError {
  return new LiluxError("bus_unavailable", {
    message: `Process ${holder?.pid ?? "(unknown)"} already uses the ${what}. Stop it, or choose another folder.`,
    cause: new Error(directory),
  });
}

/** Undefined for a claim that an older version tore while it wrote it, or that was taken away meanwhile. */
async function holderOf(path: string): Promise<ProcessIdentity | undefined> {
  try {
    const { pid, startedAt } = JSON.parse(await readFile(path, "utf8")) as ProcessIdentity;
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}
