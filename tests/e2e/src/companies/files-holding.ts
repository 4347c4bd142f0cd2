import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Looks at a folder in which somebody writes: one in which files never stop going is a fault. */
const LOOKS_MAX = 20;

/** Files below a folder that hold a word or are named by it; those of `except` are read in another way. */
export async function filesHolding(
  root: string,
  word: string,
  except: readonly string[] = [],
): Promise<string[]> {
  for (let looks = 1; ; looks += 1) {
    try {
      return await lookThrough(root, word, except);
    } catch (error) {
      // A draft became the file that it was for, which the list may not have had.
      if (!isGone(error) || looks === LOOKS_MAX) throw error;
    }
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";

async function lookThrough(
  root: string,
  word: string,
  except: readonly string[],
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
