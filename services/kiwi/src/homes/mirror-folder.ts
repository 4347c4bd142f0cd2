import { mkdir, readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { putFile, type WritingFiles } from "@lilux/files";
import { ensureFolder } from "../files/ensure-folder.ts";
import { errorCodeOf } from "../files/write-failure.ts";
import { isMirroredPath } from "./mirrored-paths.ts";

/** The folder that a library is read from, as a home brings it in line. */
export interface MirrorFolder {
  /** Every file of it that the place keeps as well. */
  list(): Promise<string[]>;
  /** Undefined for what is not there, or is no plain file. */
  read(path: string): Promise<Uint8Array | undefined>;
  put(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  namesIn(folder: string): Promise<string[]>;
}

/** Far more than the bounds of a place, so that one who filled it by hand is told rather than left waiting. */
const FILES_MAX = 200_000;

/** `folder` holds `.ai`, which is made where it is missing. Follows no link, neither to read nor to write. */
export async function openMirrorFolder(
  files: WritingFiles,
  folder: string,
  keepsHistory: boolean,
): Promise<MirrorFolder> {
  await mkdir(join(folder, ".ai"), { recursive: true });
  const root = await realpath(join(folder, ".ai"));

  async function walk(relative: string, found: string[]): Promise<void> {
    const entries = await readdir(join(root, relative), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (found.length >= FILES_MAX) return;
      const path = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) await walk(path, found);
      else if (isMirroredPath(path, keepsHistory)) found.push(path);
    }
  }

  return {
    async list() {
      const found: string[] = [];
      await walk("", found);
      return found;
    },
    read: (path) => readFile(join(root, path)).catch(() => undefined),
    async put(path, bytes) {
      const segments = dirname(path).split("/");
      const at = await ensureFolder(files, root, segments, { allowTwins: true });
      const target = join(at, basename(path));
      await putFile(files, { path: target, text: bytes, mode: 0o644, as: "replacement" });
    },
    async remove(path) {
      await files.unlink(join(root, path)).catch((error: unknown) => {
        const code = errorCodeOf(error);
        if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
      });
    },
    namesIn: (path) => readdir(join(root, path)).catch(() => []),
  };
}
