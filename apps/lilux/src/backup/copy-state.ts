import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What is kept elsewhere in a backup, or made again, or only of the running process. */
const NOT_STATE = new Set([
  "journal",
  "jetstream",
  "database",
  "database.lock",
  "cache",
  "terminal",
  "logs",
  "lock",
  "backup.sock",
]);

/** Keys, pins and secrets: everything in a state folder that nothing else of a backup holds. */
export async function copyState(from: string, to: string): Promise<void> {
  for (const entry of await entriesOf(from)) {
    if (NOT_STATE.has(entry.name) || entry.name.endsWith(".log")) continue;
    await copyInto(join(from, entry.name), join(to, entry.name));
  }
}

/**
 * The journal of streams, also while it is written. Consumers' places go first: one that is older
 * than what it counts is told something twice, one that is newer would leave something out. Files
 * only grow, and a last line that is half there is cut off when it is read.
 */
export async function copyJournal(from: string, to: string): Promise<void> {
  for (const stream of await entriesOf(from)) {
    if (!stream.isDirectory()) continue;
    const [source, target] = [join(from, stream.name), join(to, stream.name)];
    await mkdir(target, { mode: 0o700 });
    const names = (await entriesOf(source)).map(({ name }) => name);
    const isPlace = (name: string): boolean => name.endsWith(".position.json");
    for (const name of [...names.filter(isPlace), ...names.filter((name) => !isPlace(name))]) {
      await copyThere(join(source, name), join(target, name));
    }
  }
}

async function copyInto(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  });
  if (entries === undefined) return copyThere(from, to);
  await mkdir(to, { mode: 0o700 });
  for (const { name } of entries) await copyInto(join(from, name), join(to, name));
}

/** What is gone meanwhile was old enough to go. */
async function copyThere(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  });
}

async function entriesOf(directory: string) {
  return readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
}
