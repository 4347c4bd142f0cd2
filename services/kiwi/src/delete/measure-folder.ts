import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

/**
 * How many bytes the files below a folder have. Links are not followed, nor is a folder that is one; what goes
 * meanwhile is not counted.
 */
export async function measureFolder(folder: string): Promise<number> {
  const stats = await lstat(folder).catch(ifGone);
  if (stats === undefined || !stats.isDirectory()) return 0;
  const directory = await opendir(folder, { recursive: true }).catch(ifGone);
  if (directory === undefined) return 0;
  let bytes = 0;
  for await (const entry of directory) {
    if (!entry.isFile()) continue;
    const file = await lstat(join(entry.parentPath, entry.name)).catch(ifGone);
    bytes += file?.size ?? 0;
  }
  return bytes;
}

function ifGone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}
