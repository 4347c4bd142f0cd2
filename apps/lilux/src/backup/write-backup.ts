import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { type Database, dumpTables } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import { filesOf, MANIFEST, type Manifest } from "./manifest.ts";

/** What can be kept of an instance. */
export interface BackupSource {
  mode: Manifest["mode"];
  /** By the name of the file they are dumped to. */
  databases: Readonly<Record<string, Database>>;
  /** Writes what it has to a folder that is there and empty; returns messages by stream. */
  saveStreams(directory: string): Promise<Manifest["streams"]>;
  saveState(directory: string): Promise<void>;
}

/**
 * Keeps an instance that may be at work in a folder that is not there yet. What was acknowledged
 * before it began is in it. Databases come first and keys last: whatever a row was signed with is
 * among the keys. The folder gets its name when it is whole, so half a backup is never taken for one.
 */
export async function writeBackup(
  directory: string,
  source: BackupSource,
  clock: { unix(): number },
): Promise<Manifest> {
  await assertNew(directory);
  const part = `${directory}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true, mode: 0o700 });
  try {
    const markedAt = clock.unix();
    const databases: Manifest["databases"] = {};
    for (const [name, database] of Object.entries(source.databases)) {
      // One that nobody has used yet need not be made for its backup.
      if (!database.isUntouched()) databases[name] = await dumpTo(join(part, name), database);
    }
    const streams = await source.saveStreams(await folder(part, "streams"));
    await source.saveState(await folder(part, "state"));
    const files = await filesOf(part);
    const manifest: Manifest = {
      format: 1,
      mode: source.mode,
      markedAt,
      files,
      databases,
      streams,
    };
    await writeFile(join(part, MANIFEST), JSON.stringify(manifest, null, 2), { flush: true });
    await rename(part, directory);
    return manifest;
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
}

async function assertNew(directory: string): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const there = await readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (there === undefined) return;
  if (there.length > 0) {
    throw new LiluxError("config_invalid", {
      message: `${directory} is not empty. Name a folder that is not there yet.`,
    });
  }
  await rm(directory, { recursive: true });
}

async function folder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path, { mode: 0o700 });
  return path;
}

async function dumpTo(path: string, database: Database): Promise<Manifest["databases"][string]> {
  const file = createWriteStream(path, { mode: 0o600, flush: true });
  const dumped = await dumpTables(database, async (line) => {
    if (!file.write(line)) await once(file, "drain");
  });
  file.end();
  await finished(file);
  return dumped;
}
