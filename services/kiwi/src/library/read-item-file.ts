import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { decodeText, FILE_BYTES_MAX, tooLarge } from "../parse/decode-text.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { isWithin } from "./is-within.ts";

export interface ItemFile {
  text: string;
  /** sha256 (hex) over the whole text, line ends normalised. */
  contentHash: string;
}

/**
 * Reads one file of a root (a real path). Throws `ParseFailure` for a link that
 * leaves the root, a device or pipe, and what `decodeText` refuses; throws the
 * system's error when there is no such file.
 */
export async function readItemFile(root: string, path: string): Promise<ItemFile> {
  const real = await realpath(join(root, path));
  if (!isWithin(root, real)) throw leavesTheRoot();
  // Opened without following: what was checked is what is read. A pipe must not block.
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw new ParseFailure({
        cause: "this is not a file",
        fix: "Remove it from the .ai folder.",
      });
    }
    if (stats.size > FILE_BYTES_MAX) throw tooLarge(stats.size);
    const bytes = Buffer.alloc(stats.size + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const text = decodeText(bytes.subarray(0, bytesRead));
    return { text, contentHash: hashText(text) };
  } finally {
    await file.close();
  }
}

export function leavesTheRoot(): ParseFailure {
  return new ParseFailure({
    cause: "the link leads out of the library",
    fix: "Copy the file into the .ai folder instead of linking to it.",
  });
}

export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * What of a file's state tells a change. The time of change (ctime) is in it
 * since the time of modification can be set back, as `touch -r` and `cp -p` do.
 */
export function stampOf(stats: FileStats): string {
  return `${stats.mtimeMs}:${stats.ctimeMs}:${stats.size}:${stats.dev}:${stats.ino}`;
}

/** The clock that stamps files ticks every 10 ms at most where libraries lie; with room around it. */
const TICK_MS_MAX = 100;

/** Whether a later change would show in the stamp: one within the same tick of the clock does not. */
export function isSettled({ ctimeMs }: FileStats, readAtMs: number): boolean {
  return readAtMs - ctimeMs > TICK_MS_MAX;
}

type FileStats = Pick<Stats, "mtimeMs" | "ctimeMs" | "size" | "dev" | "ino">;
