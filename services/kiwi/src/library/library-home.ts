import type { CallActor, ItemType } from "@lilux/protocol";
import type { ItemPlace } from "./item-place.ts";

/** A change of one item's files, as whoever looks later is told of it. */
export interface LibraryAct {
  /** What is done, in a word: `create`, `update`, `delete`, `pull`, `copy`, `review`. */
  action: string;
  item: Pick<ItemPlace, "item_type" | "qualified_id" | "path">;
  by: CallActor;
  /** Who it is done for, as the gateway names them; undefined where nobody is named. */
  person: { id: string; name: string | undefined } | undefined;
  turnId: string | undefined;
  callId: string;
}

/**
 * Where the truth of a library lies. The folder that is read, watched and searched is the same for
 * all; a home brings it in line with that place, and makes what is written to it last there.
 *
 * `write` runs one piece of work at a time for a library, in the order asked for. Before the work the
 * folder is in line with the place. When `write` resolves, what the work changed of the item's files is
 * there for everybody; when it rejects, nothing of it is left, neither there nor in the folder, but
 * for `outcome_unknown`: then it is there as a whole or not at all, and the next look tells.
 * Rejects with `item_conflict` when somebody changed the same item meanwhile, and with
 * `library_unreachable` while the place does not answer.
 */
export interface LibraryHome {
  readonly kind: "folder" | "git" | "database";
  /**
   * Brings the folder in line for the first time. Where the place is away, what was brought before is
   * kept and reads go on with it; rejects where nothing was ever brought.
   */
  open(): Promise<void>;
  /** Takes in what others changed. Rejects like `write` when the place is away or is another one. */
  refresh(): Promise<void>;
  write<T>(act: LibraryAct, work: () => Promise<T>): Promise<T>;
  /** What is wrong with the place since the last look; undefined when nothing is. */
  trouble(): Error | undefined;
  close(): Promise<void>;
}

/** Runs work that changes an item's files, and makes it last where the library lives. */
export type KeepAct = <T>(act: LibraryAct, work: () => Promise<T>) => Promise<T>;

/** What lies beside an item and belongs to it, relative to `.ai`. */
export interface ItemFiles {
  /** The item, its lock and what is on record of where it comes from. */
  paths: readonly string[];
  /** The folder of its kept versions. */
  history: string;
}

export function filesOfItem({
  item_type,
  qualified_id,
  path,
}: {
  item_type: ItemType;
  qualified_id: string;
  path: string;
}): ItemFiles {
  return {
    paths: [path, `${path}.lock`, `.provenance/${path}.json`],
    history: `.history/${item_type}/${qualified_id}`,
  };
}
