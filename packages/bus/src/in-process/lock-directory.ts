import { mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";

/**
 * Claims a journal directory for this process, so that two never write one
 * journal. A claim whose process is gone is taken over. Returns the release.
 * Throws `bus_unavailable` naming the process that holds it.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "lock");
  for (const lastTry of [false, true]) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx", mode: 0o600 });
      return () => unlink(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = Number(await readFile(path, "utf8").catch(() => "0"));
      if (lastTry || isAlive(holder)) throw heldBy(holder, directory);
      await unlink(path).catch(() => undefined);
    }
  }
  throw heldBy(0, directory);
}

function heldBy(pid: number, directory: string): LiluxError {
  return new LiluxError("bus_unavailable", {
    message: `Process ${pid} already uses the journal folder. Stop it, or choose another folder.`,
    cause: new Error(directory),
  });
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
