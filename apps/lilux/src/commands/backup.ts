import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { lockDirectory } from "@lilux/bus";
import { SYSTEM_CLOCK } from "@lilux/core/async";
import { openDatabase } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import { askRunning } from "../backup/ask-running.ts";
import { distributedSource } from "../backup/distributed-source.ts";
import { embeddedSource } from "../backup/embedded-source.ts";
import {
  databaseUrlOf,
  isDistributed,
  stateDirectoryOf,
  withServers,
} from "../backup/instance-of.ts";
import type { Manifest } from "../backup/manifest.ts";
import { writeBackup } from "../backup/write-backup.ts";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { EXIT } from "../exit-codes.ts";

/** `lilux backup <folder>`: everything that an instance was promised to keep, while it works. */
export async function backup(
  { env, json, print }: CommandContext,
  [folder = ""]: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const directory = resolve(folder);
  const manifest = isDistributed(env)
    ? await withServers(env, options, (parts) =>
        writeBackup(directory, distributedSource(parts), SYSTEM_CLOCK),
      )
    : await backupEmbedded(env, directory, resolve(stateDirectoryOf(env, options)));
  print(json ? JSON.stringify(manifest, null, 2) : sentencesOf(directory, manifest));
  return EXIT.ok;
}

async function backupEmbedded(
  env: Environment,
  directory: string,
  stateDirectory: string,
): Promise<Manifest> {
  const journal = join(stateDirectory, "journal");
  if (!existsSync(journal)) {
    throw new LiluxError("config_invalid", {
      message: `There is no instance in ${stateDirectory}. Name its state folder with --state, or its servers with LILUX_NATS_URL.`,
    });
  }
  const running = await askRunning(stateDirectory, directory);
  if (running !== undefined) return running;
  // Nobody starts meanwhile; one that runs and serves no backups is named by this.
  const release = await lockDirectory(journal);
  const database = openDatabase(databaseUrlOf(env, stateDirectory));
  try {
    return await writeBackup(directory, embeddedSource(stateDirectory, database), SYSTEM_CLOCK);
  } finally {
    await database.close();
    await release();
  }
}

function sentencesOf(directory: string, manifest: Manifest): string {
  const { markedAt, streams, databases, files } = manifest;
  const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
  const messages = sum(Object.values(streams).map((stream) => stream.messages));
  const rows = sum(Object.values(databases).flatMap((dump) => Object.values(dump.rows)));
  const bytes = sum(Object.values(files).map((file) => file.bytes));
  return `Kept in ${directory}: what was acknowledged before ${new Date(markedAt).toISOString()}
${messages} messages of streams, ${rows} rows of databases, ${Object.keys(files).length} files, ${bytes} bytes.
It holds keys and what people typed: keep it as you keep those.`;
}
