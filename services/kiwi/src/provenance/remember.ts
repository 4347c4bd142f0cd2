import { isMoreSevere } from "@lilux/core/consent";
import type { WritingFiles } from "@lilux/files";
import type { CallActor, Effect, Provenance } from "@lilux/protocol";
import { type ContentOrigin, type ItemRecord, readRecord, writeRecord } from "./provenance-file.ts";

/** The real path of `.ai`, and the item's below it. */
export interface RecordPlace {
  root: string;
  path: string;
}

export interface RememberedWrite extends RecordPlace {
  sha256: string;
  by: CallActor;
  how: Provenance["how"];
  from?: { namespace: string; version: string } | undefined;
  /** Classes of the new text and of what it replaces. */
  effect: Effect;
  before?: Effect | undefined;
  /** Unix milliseconds. */
  now: number;
}

const HOUR_MS = 3_600_000;

/**
 * Puts on record who writes a text, before it is written: whatever happens in
 * between, the text that is there is still on record as whose it is. A person's
 * text ends the item's history; anybody else's is held at the class that it replaced.
 */
export async function rememberWrite(files: WritingFiles, write: RememberedWrite): Promise<void> {
  const { sha256, by, how, from, effect, before, now } = write;
  const record = known(await readRecord(write.root, write.path));
  const at = new Date(now).toISOString();
  const isHeld = by !== "person" && before !== undefined && isMoreSevere(before, effect);
  const origin: ContentOrigin = { sha256, by, how, at, ...from, ...(isHeld && { before }) };
  const others = record.contents.filter((content) => content.sha256 !== sha256);
  const changes = lately(record.changes, now);
  await writeRecord(files, write, {
    contents: [origin, ...others],
    changes: by === "person" ? changes : [at, ...changes],
  });
}

/** A record that cannot be read is begun anew; its text counted as a model's, and still does. */
function known(record: ItemRecord | undefined) {
  if (record === undefined || record === "unreadable") return { contents: [], changes: [] };
  return record;
}

/** A person said yes to running exactly this text. */
export async function rememberReview(
  files: WritingFiles,
  place: RecordPlace,
  { origin, now }: { origin: ContentOrigin; now: number },
): Promise<void> {
  const record = known(await readRecord(place.root, place.path));
  const reviewed = { ...origin, reviewed_at: new Date(now).toISOString() };
  const others = record.contents.filter((content) => content.sha256 !== origin.sha256);
  await writeRecord(files, place, { ...record, contents: [reviewed, ...others] });
}

/** Takes what is on record of a text along to where it is copied. */
export async function rememberCopy(
  files: WritingFiles,
  place: RecordPlace,
  origin: ContentOrigin,
): Promise<void> {
  const record = known(await readRecord(place.root, place.path));
  const others = record.contents.filter((content) => content.sha256 !== origin.sha256);
  await writeRecord(files, place, { ...record, contents: [origin, ...others] });
}

/** How often others than persons changed it within the last hour. */
export function changesLately(record: ItemRecord | undefined, now: number): number {
  if (record === undefined || record === "unreadable") return 0;
  return lately(record.changes, now).length;
}

function lately(changes: readonly string[], now: number): string[] {
  return changes.filter((at) => now - Date.parse(at) < HOUR_MS);
}
