import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { flushFolder, type WritingFiles } from "@lilux/files";
import { fieldProblem } from "./field-problem.ts";
import { errorCodeOf } from "./write-failure.ts";

/**
 * The folder at a path of a root (a real path), made where it is missing. Goes
 * step by step and follows no link: what is written stays where it was meant to
 * be. Throws `invalid_inputs` for a link or a file in the way, and for a name
 * that differs from one that is there only in case, unless `allowTwins`.
 */
export async function ensureFolder(
  files: WritingFiles,
  root: string,
  segments: readonly string[],
  { allowTwins = false }: { allowTwins?: boolean } = {},
): Promise<string> {
  let folder = root;
  for (const name of segments) {
    const next = join(folder, name);
    if (!(await isFolder(next, name))) {
      if (!allowTwins) await assertNoTwin(folder, name, "category");
      await makeFolder(files, next);
      if (!(await isFolder(next, name))) throw inTheWay(name);
    }
    folder = next;
  }
  return folder;
}

async function makeFolder(files: WritingFiles, path: string): Promise<void> {
  try {
    await files.mkdir(path);
    await flushFolder(files, dirname(path));
  } catch (error) {
    if (errorCodeOf(error) !== "EEXIST") throw error;
  }
}

async function isFolder(path: string, name: string): Promise<boolean> {
  const stats = await lstat(path).catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (stats === undefined) return false;
  if (stats.isDirectory()) return true;
  throw inTheWay(name);
}

function inTheWay(name: string): Error {
  return fieldProblem(
    "category",
    `leads through ${name}, which is a link or a file where a folder must be`,
  );
}

/** Two names that differ only in case are one on many disks, and one for many people. */
export async function assertNoTwin(
  folder: string,
  name: string,
  field: "category" | "item_id",
): Promise<void> {
  const folded = fold(name);
  const entries = await readdir(folder).catch(() => []);
  const twin = entries.find((entry) => entry !== name && fold(entry) === folded);
  if (twin === undefined) return;
  throw fieldProblem(field, `differs from ${twin}, which is there, only in case; use that name`);
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
