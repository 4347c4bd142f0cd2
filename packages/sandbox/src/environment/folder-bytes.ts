import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of all files below a folder; stops counting beyond `bytesMax`. */
export async function folderBytes(folder: string, bytesMax: number): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    bytes += (await stat(join(entry.parentPath, entry.name))).size;
    if (bytes > bytesMax) break;
  }
  return bytes;
}
