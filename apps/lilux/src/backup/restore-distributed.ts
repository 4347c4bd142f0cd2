import { createReadStream } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StreamDescription } from "@lilux/bus";
import { restoreTables } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import { variableOf } from "./databases-of.ts";
import type { DistributedParts } from "./distributed-source.ts";
import { linesOf } from "./journal-lines.ts";
import type { Manifest } from "./manifest.ts";
import { assertEmpty } from "./restore-embedded.ts";

type StreamName = Parameters<DistributedParts["archive"]["restore"]>[0];

/** nats-server's own archive was cut into pieces of this size; any will do. */
const CHUNK_BYTES = 128 * 1024;

/**
 * Puts a backup into new servers, before any service is started: databases, streams with their
 * consumers' places, and the tool core's keys. Everything is looked at before anything is written.
 */
export async function restoreDistributed(
  directory: string,
  manifest: Manifest,
  { archive, databases, stateDirectory }: DistributedParts,
): Promise<void> {
  if (stateDirectory !== undefined) await assertEmpty(stateDirectory);
  if (await archive.isInUse()) {
    throw new LiluxError("config_invalid", {
      message: "Services of Lilux are at this nats-server. Stop them all, and restore then.",
    });
  }
  const held = [...(await archive.held())].find(([, messages]) => messages > 0);
  if (held !== undefined) {
    throw new LiluxError("config_invalid", {
      message: `The stream ${held[0]} holds ${held[1]} messages: restore onto a nats-server without streams of Lilux.`,
    });
  }
  for (const [file, dump] of Object.entries(manifest.databases)) {
    const database = databases[file];
    if (database === undefined) throw unnamedDatabase(file);
    await restoreTables(database, () => linesOf(join(directory, file)), dump);
  }
  for (const stream of Object.keys(manifest.streams)) {
    const path = join(directory, "streams", stream);
    const description = JSON.parse(await readFile(`${path}.json`, "utf8")) as StreamDescription;
    const chunks = createReadStream(`${path}.archive`, { highWaterMark: CHUNK_BYTES });
    await archive.restore(stream as StreamName, description, chunks);
  }
  if (stateDirectory !== undefined) {
    await cp(join(directory, "state"), stateDirectory, { recursive: true });
  }
}

function unnamedDatabase(file: string): LiluxError {
  return new LiluxError("config_invalid", {
    message: `The backup has ${file}. Name the database to restore it into: ${variableOf(file)}.`,
  });
}
