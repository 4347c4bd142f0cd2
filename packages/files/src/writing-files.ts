import { link, mkdir, open, rename, unlink } from "node:fs/promises";

/** What writing needs of the file system. Handed in, so that a full disk can be tried. */
export interface WritingFiles {
  link: typeof link;
  mkdir: typeof mkdir;
  open: typeof open;
  rename: typeof rename;
  unlink: typeof unlink;
}

export const SYSTEM_FILES: WritingFiles = { link, mkdir, open, rename, unlink };
