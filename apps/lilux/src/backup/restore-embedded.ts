import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase, restoreTables } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import type { Environment } from "../environment.ts";
import { DATABASE_FILE } from "./embedded-source.ts";
import { databaseUrlOf } from "./instance-of.ts";
import { linesOf } from "./journal-lines.ts";
import type { Manifest } from "./manifest.ts";

/**
 * Makes a state folder of a backup, for a start to take up. It must not be there, or be empty: an
 * instance that lives in it would go on writing over what is restored. It gets its name when it is whole.
 */
export async function restoreEmbedded(
  directory: string,
  manifest: Manifest,
  { env, stateDirectory }: { env: Environment; stateDirectory: string },
): Promise<void> {
  await assertEmpty(stateDirectory);
  const part = `${stateDirectory}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true, mode: 0o700 });
  try {
    await cp(join(directory, "state"), part, { recursive: true });
    await cp(join(directory, "streams"), join(part, "journal"), { recursive: true });
    const dump = manifest.databases[DATABASE_FILE];
    if (dump !== undefined) {
      const database = openDatabase(databaseUrlOf(env, part));
      try {
        const lines = () => linesOf(join(directory, DATABASE_FILE));
        await restoreTables(database, lines, dump);
      } finally {
        await database.close();
      }
    }
    await rm(stateDirectory, { recursive: true, force: true });
    await rename(part, stateDirectory);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
}

export async function assertEmpty(directory: string): Promise<void> {
  const there = await readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  if (there.length === 0) return;
  throw new LiluxError("config_invalid", {
    message: `The state folder ${directory} is not empty: an instance lives there. Stop it and move its folder away, or name another one with --state.`,
  });
}
