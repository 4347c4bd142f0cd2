import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { StreamArchive, StreamDescription } from "@lilux/bus";
import { copyState } from "./copy-state.ts";
import type { BackupSource } from "./write-backup.ts";

export interface DistributedParts {
  archive: StreamArchive;
  databases: BackupSource["databases"];
  /** The tool core's: signing keys and pins. */
  stateDirectory: string | undefined;
}

/** An instance of several processes, by its servers and the tool core's state folder. */
export function distributedSource(parts: DistributedParts): BackupSource {
  const { archive, databases, stateDirectory } = parts;
  return {
    mode: "distributed",
    databases,
    async saveStreams(directory) {
      const saved: Record<string, { messages: number }> = {};
      for (const stream of (await archive.held()).keys()) {
        const file = createWriteStream(join(directory, `${stream}.archive`), {
          mode: 0o600,
          flush: true,
        });
        const description: StreamDescription = await archive.save(stream, async (chunk) => {
          if (!file.write(chunk)) await once(file, "drain");
        });
        file.end();
        await finished(file);
        await writeFile(join(directory, `${stream}.json`), JSON.stringify(description), {
          mode: 0o600,
        });
        saved[stream] = { messages: description.state.messages };
      }
      return saved;
    },
    async saveState(directory) {
      if (stateDirectory !== undefined) await copyState(stateDirectory, directory);
    },
  };
}
