import type { Clock } from "@lilux/core/async";
import type { Appended, AppendOptions } from "../bus.ts";
import type { Admission } from "./admission.ts";
import { createGroupCommit } from "./group-commit.ts";
import type { LineStore } from "./line-store.ts";
import { createRecentIds } from "./recent-ids.ts";
import { formatStoredLine, type StoredHead } from "./stored-line.ts";
import type { IndexedEntry } from "./stream-index.ts";

/** Gives messages their places in the stream, and stores each id once. */
export interface StreamWriter {
  /** Takes note of a message an earlier process stored. */
  recall(head: StoredHead): void;
  /** No message gets this place or one before it. */
  continueAfter(sequence: number): void;
  lastSequence(): number;
  /** `body` is JSON text. Rejects as the line store does, and then nothing was stored. */
  store(subject: string, body: string, options: AppendOptions): Promise<Appended>;
  idle(): Promise<void>;
}

export interface StreamWriterDeps {
  lines: LineStore;
  duplicateWindowMs: number;
  clock: Pick<Clock, "unix">;
  /** Throws when a new line of so many bytes may not be stored; `done` once it was, or failed to be. */
  admit: Admission["admit"];
  /** Called in the order of the stream, before `store` resolves. */
  onStored: (entry: IndexedEntry) => void;
}

export function createStreamWriter(deps: StreamWriterDeps): StreamWriter {
  const { lines, duplicateWindowMs, clock, admit, onStored } = deps;
  const ids = createRecentIds(duplicateWindowMs);
  const commits = createGroupCommit((batch, first) => lines.write(batch, first));
  let last = 0;

  return {
    recall({ sequence, at, id }) {
      last = Math.max(last, sequence);
      ids.remember(id, { sequence, at, stored: Promise.resolve() });
    },
    continueAfter(sequence) {
      last = Math.max(last, sequence);
    },
    lastSequence: () => last,
    async store(subject, body, { id, traceparent, weight }) {
      const at = clock.unix();
      const known = ids.find(id, at);
      if (known !== undefined) {
        await known.stored;
        return { sequence: known.sequence, duplicate: true };
      }
      const sequence = last + 1;
      const head = { sequence, at, subject, id, traceparent };
      const line = formatStoredLine(head, body);
      const admitted = admit({ subject, bytes: Buffer.byteLength(line), weight });
      last = sequence;
      try {
        const stored = commits.commit(line, sequence);
        ids.remember(id, { sequence, at, stored });
        onStored({ sequence, at, subject, place: await stored });
      } catch (error) {
        ids.forget(id);
        throw error;
      } finally {
        admitted.done();
      }
      return { sequence, duplicate: false };
    },
    idle: () => commits.idle(),
  };
}
