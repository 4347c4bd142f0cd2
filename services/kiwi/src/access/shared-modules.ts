import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { readItemFile } from "../library/read-item-file.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { type ZipEntry, zipArchive } from "./zip-archive.ts";

const FOLDER = "scripts/lib";
const FILES_MAX = 256;
const BYTES_MAX = 4 * 1024 * 1024;
const DEPTH_MAX = 8;

/**
 * The modules that a library's scripts share, `.ai/scripts/lib`, as an archive
 * that Python imports from: `from lib.dates import parse`. Read anew for each
 * run, through the same checks as items, so that what runs is what was read.
 * Undefined when there are none. Throws `item_broken` for what cannot be taken.
 */
export async function sharedModules(root: string): Promise<Buffer | undefined> {
  const entries: ZipEntry[] = [];
  let bytes = 0;

  async function walk(folder: string, depth: number): Promise<void> {
    const listed = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    if (listed.length === 0) return;
    if (depth > DEPTH_MAX) throw notTaken(folder, `is deeper than ${DEPTH_MAX} folders`);
    entries.push({ path: `${folder.slice("scripts/".length)}/`, bytes: Buffer.alloc(0) });
    for (const entry of listed.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`;
      if (entry.name.startsWith(".") || entry.name === "__pycache__") continue;
      if (entry.isDirectory()) await walk(path, depth + 1);
      else if (entry.name.endsWith(".py")) {
        const text = await readModule(root, path);
        bytes += text.length;
        entries.push({ path: path.slice("scripts/".length), bytes: Buffer.from(text) });
      }
      if (entries.length > FILES_MAX) throw notTaken(FOLDER, `holds over ${FILES_MAX} files`);
      if (bytes > BYTES_MAX) throw notTaken(FOLDER, "holds over 4 MiB");
    }
  }

  await walk(FOLDER, 0);
  return bytes === 0 ? undefined : zipArchive(entries);
}

async function readModule(root: string, path: string): Promise<string> {
  try {
    return (await readItemFile(root, path)).text;
  } catch (error) {
    throw notTaken(path, error instanceof ParseFailure ? error.message : "cannot be read");
  }
}

function notTaken(path: string, problem: string): LiluxError {
  return new LiluxError("item_broken", {
    message: `The shared module ${path} ${problem}. Mend it; scripts of this library do not run until then.`,
    details: { path },
  });
}
