import { mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { LiluxError } from "@lilux/protocol";

/**
 * Claims a folder for this process by a file beside it: two programs writing
 * one embedded database would destroy it. A claim whose process is gone is
 * taken over. Answers the release. Throws `database_unavailable` naming who
 * holds it.
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  // Nobody else reads what tenants keep private, whatever the umask.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = `${folder}.lock`;
  const claim = `${process.pid} ${await startOf(process.pid)}`;
  for (let lastTry = false; ; lastTry = true) {
    try {
      await writeFile(path, claim, { flag: "wx", mode: 0o600 });
      return () => unlink(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = await readFile(path, "utf8").catch(() => "");
      if (lastTry || (await isHeld(holder))) throw heldBy(holder, folder);
      await unlink(path).catch(() => undefined);
    }
  }
}

function heldBy(holder: string, folder: string): LiluxError {
  return new LiluxError("database_unavailable", {
    message: `Process ${holder.split(" ")[0] ?? ""} already uses the embedded database. Stop it, or choose another state folder.`,
    cause: new Error(folder),
  });
}

/** A number may have gone to another process since: its start tells the two apart. */
async function isHeld(holder: string): Promise<boolean> {
  const [pid = "", startedAt = ""] = holder.split(" ");
  if (!/^[1-9]\d*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return (await startOf(Number(pid))) === startedAt;
}

/** Field 22 of /proc/<pid>/stat; the second field is a name that may hold spaces. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
