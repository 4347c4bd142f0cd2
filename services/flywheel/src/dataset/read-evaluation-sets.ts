import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { LineSet } from "@lilux/core/text";
import { LiluxError } from "@lilux/protocol";

const FILES_MAX = 500;
const FILE_BYTES_MAX = 50_000_000;

/**
 * The lines of evaluation sets: of each JSONL file of these folders, or of these files. A set is named
 * after its file. Rejects with `config_invalid` for a path that cannot be read: a check against nothing
 * would find nothing.
 */
export async function readEvaluationSets(paths: readonly string[]): Promise<LineSet[]> {
  const sets: LineSet[] = [];
  for (const path of paths) {
    for (const file of await filesOf(path)) {
      if (sets.length >= FILES_MAX) throw unreadable(path, `it has more than ${FILES_MAX} files`);
      sets.push({ name: nameOf(path, file), lines: await linesOf(file) });
    }
  }
  return sets;
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path, { recursive: true });
    return names
      .filter((name) => name.endsWith(".jsonl"))
      .sort()
      .map((name) => join(path, name));
  } catch (cause) {
    throw unreadable(path, "it cannot be read", cause);
  }
}

function nameOf(path: string, file: string): string {
  const inside = relative(dirname(path), file);
  return inside === basename(file) ? `${basename(dirname(path))}/${inside}` : inside;
}

async function linesOf(file: string): Promise<string[]> {
  const { size } = await stat(file);
  if (size > FILE_BYTES_MAX) throw unreadable(file, `it is larger than ${FILE_BYTES_MAX} bytes`);
  const text = await readFile(file, "utf8");
  return text.split("\n").flatMap((row, at) => {
    if (row.trim() === "") return [];
    try {
      return linesIn(JSON.parse(row));
    } catch (cause) {
      throw unreadable(file, `line ${at + 1} is no JSON`, cause);
    }
  });
}

/** A case has its line as `line` or `text`, an example as that of its turn, a session of each of its turns. */
function linesIn(row: unknown): string[] {
  if (typeof row !== "object" || row === null) return [];
  const { line, text, turn, turns } = row as Record<string, unknown>;
  const own = [line, text].filter((one) => typeof one === "string");
  const inside = [turn, ...(Array.isArray(turns) ? (turns as unknown[]) : [])];
  return [...own, ...inside.flatMap((one) => (one === undefined ? [] : linesIn(one)))];
}

function unreadable(path: string, why: string, cause?: unknown): LiluxError {
  return new LiluxError("config_invalid", {
    message: `LILUX_FLYWHEEL_EVALUATION_SETS names ${path}, but ${why}.`,
    cause,
  });
}
