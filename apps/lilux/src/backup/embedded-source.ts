import { join } from "node:path";
import type { Database } from "@lilux/database";
import { copyJournal, copyState } from "./copy-state.ts";
import { journalMessages } from "./journal-lines.ts";
import type { BackupSource } from "./write-backup.ts";

export const DATABASE_FILE = "database.jsonl";

/** An instance of one process, by its state folder, running or not. */
export function embeddedSource(
  stateDirectory: string,
  database: Database | undefined,
): BackupSource {
  return {
    mode: "embedded",
    databases: database === undefined ? {} : { [DATABASE_FILE]: database },
    async saveStreams(directory) {
      await copyJournal(join(stateDirectory, "journal"), directory);
      return journalMessages(directory);
    },
    saveState: (directory) => copyState(stateDirectory, directory),
  };
}
