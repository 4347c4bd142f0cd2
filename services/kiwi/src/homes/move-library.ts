import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { WritingFiles } from "@lilux/files";
import { LiluxError } from "@lilux/protocol";
import type { LibraryAct } from "../library/library-home.ts";
import type { FileChange, LibraryStore } from "./library-store.ts";
import { openMirrorFolder } from "./mirror-folder.ts";

export interface Moving {
  /** Where the library goes. */
  store: LibraryStore;
  /** As it is now; holds `.ai`. */
  folder: string;
  files: WritingFiles;
  /** What is there is taken, whatever the library says now. */
  adopt: boolean;
  person: LibraryAct["person"];
  now: number;
}

/**
 * Brings a library to another place: copies what is not there, then compares both, file by file. Throws,
 * with nothing lost on either side, when the place holds another library already, and when it does not
 * hold exactly this one afterwards. Nobody writes meanwhile.
 */
export async function moveLibrary(moving: Moving): Promise<void> {
  const { store, folder, files, adopt, person, now } = moving;
  const mirror = await openMirrorFolder(files, folder, store.keepsHistory);
  const there = await store.head();
  const here = new Map<string, Uint8Array>();
  for (const path of await mirror.list()) {
    const bytes = await mirror.read(path);
    if (bytes !== undefined) here.set(path, bytes);
  }
  const changes: FileChange[] = [];
  for (const [path, after] of here) {
    if (there.files.get(path) !== store.digest(after))
      changes.push({ path, before: undefined, after });
  }
  const isSame = changes.length === 0 && there.files.size === here.size;
  if (isSame || here.size === 0) return;
  if (there.files.size > 0) {
    if (!adopt) throw holdsAnother(changes.length);
    // What it was lies beside, for whoever misses something.
    await rename(join(folder, ".ai"), join(folder, `.ai-before-${now}`));
    return;
  }
  const item = { item_type: "knowledge" as const, qualified_id: "library", path: "" };
  const by = "person" as const;
  const act: LibraryAct = { action: "move", item, by, person, turnId: undefined, callId: "move" };
  await store.commit({ base: there, changes, act });
  const after = await store.head();
  const isThere = [...here].every(([path, bytes]) => after.files.get(path) === store.digest(bytes));
  if (isThere && after.files.size === here.size) return;
  throw new LiluxError("item_conflict", {
    message:
      "What lies there after the copy is not what the library says: somebody wrote there meanwhile. The library stays where it is.",
  });
}

function holdsAnother(differing: number): LiluxError {
  return new LiluxError("item_conflict", {
    message: `There is a library there already, and ${differing} files of this one are not in it or are others. To take what is there instead, say so (--adopt); what the library has now is kept beside it in its folder.`,
    details: { differing },
  });
}
