import type { Clock } from "@lilux/core/async";
import type { WritingFiles } from "@lilux/files";
import type { CallActor, ExecuteArguments, Tenant } from "@lilux/protocol";
import type { Findings } from "../consent/require-consent.ts";
import type { ItemPlace } from "../library/item-place.ts";
import type { Library } from "../library/library.ts";
import type { LibraryAct } from "../library/library-home.ts";
import type { SourceFolder } from "../library/source-folder.ts";
import type { ItemLocks } from "./item-locks.ts";

/** What every write shares, and whose it is. */
export interface WriteDeps {
  files: WritingFiles;
  locks: ItemLocks;
  clock: Clock;
  /** False where one folder is seen by several tenants: none of them may change it for the others. */
  mayWrite: (tenant: Tenant) => boolean;
  /** Items that a library may hold before it takes no new one. */
  itemsMax: number;
}

export interface WriteContext extends WriteDeps {
  library: Library;
  given: ExecuteArguments;
  by: CallActor;
  /** For whom, in which turn: as whoever looks at the library later is told. */
  asked: Pick<LibraryAct, "person" | "turnId" | "callId">;
  signal: AbortSignal;
}

/** What a write did, for `data` of its result. */
export interface WriteOutcome {
  source: "project" | "user";
  /** Relative to the source's `.ai`. */
  path: string;
  qualified_id: string;
  /** False when the file already said exactly this. */
  changed: boolean;
  /** Of the file now; absent after a delete. */
  content_hash?: string;
  /** The version under which what was there before is kept. */
  kept_version?: string;
  /** Only an outline is written yet. */
  draft?: true;
  note?: string;
}

/** A write that is decided and not yet begun. */
export interface PlannedWrite {
  /** What grants are matched on. */
  item: ItemPlace;
  /** Where it is written. */
  folder: SourceFolder;
  /** Throws all that can be known to be wrong before anything is written; answers what a yes is bound to. */
  check(): Promise<Findings>;
  commit(): Promise<WriteOutcome>;
}
