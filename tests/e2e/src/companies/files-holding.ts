import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Files below a folder that hold a word or are named by it; those of `except` are read in another way. */
export async function filesHolding(
  root: string,
  word: string,
  except: readonly string[] = [],
): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (except.some((folder) => path === folder || path.startsWith(`${folder}/`))) continue;
    const isNamed = entry.name.includes(word);
    if (isNamed || (entry.isFile() && (await readFile(path)).includes(word))) found.push(path);
  }
  return found;
}
