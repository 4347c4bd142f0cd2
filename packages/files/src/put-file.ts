import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { WritingFiles } from "./writing-files.ts";

export interface FileToPut {
  path: string;
  text: string | Uint8Array;
  /** Permission bits of the new file. */
  mode: number;
  /** `new`: throws the system's EEXIST when something is there, also something new. */
  as: "new" | "replacement";
}

/**
 * Puts a whole file in place, or nothing: it is written beside its place, forced
 * to the disk, and only then given its name. The folder is forced to the disk as
 * well, so that what was answered survives a power cut.
 */
export async function putFile(files: WritingFiles, file: FileToPut): Promise<void> {
  const { path, as } = file;
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.draft`);
  try {
    await writeDraft(files, draft, file);
    if (as === "replacement") await files.rename(draft, path);
    else await files.link(draft, path);
  } finally {
    // Renamed, it is no longer there; linked, or broken off, it must not stay.
    await files.unlink(draft).catch(() => undefined);
  }
  await flushFolder(files, dirname(path));
}

async function writeDraft(
  files: WritingFiles,
  draft: string,
  { text, mode }: FileToPut,
): Promise<void> {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const handle = await files.open(draft, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names in a folder last. Where a system cannot do that, it does not need to. */
export async function flushFolder(files: WritingFiles, folder: string): Promise<void> {
  const handle = await files.open(folder, constants.O_RDONLY).catch(() => undefined);
  if (handle === undefined) return;
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}
