import type { LibraryHome } from "../library/library-home.ts";

/** A library that lives where it is read: what is written there lasts there. */
export function createFolderHome(): LibraryHome {
  return {
    kind: "folder",
    open: async () => undefined,
    refresh: async () => undefined,
    // Items are locked one by one before they are written, and each is written whole or not at all.
    write: (_act, work) => work(),
    trouble: () => undefined,
    close: async () => undefined,
  };
}
