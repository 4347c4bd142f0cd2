import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { fieldProblem } from "../files/field-problem.ts";
import { errorCodeOf } from "../files/write-failure.ts";
import type { ItemPlace } from "../library/item-place.ts";
import { hashText } from "../library/read-item-file.ts";
import { decodeText } from "../parse/decode-text.ts";

/** A file as it lies on the disk. */
export interface CurrentFile {
  bytes: Uint8Array;
  /** Undefined when it is no text an item could be. */
  text: string | undefined;
  /** As loads answer it; over the bytes when there is no text. */
  contentHash: string;
  mode: number;
}

/** Beyond, a broken file is removed by hand. */
const BYTES_MAX = 32 * 1024 * 1024;

/**
 * Reads what a write is about to replace. Throws `item_not_found` when it is
 * gone, and `invalid_inputs` for a link: what it leads to is not ours to change.
 */
export async function readCurrent(root: string, place: ItemPlace): Promise<CurrentFile> {
  const path = join(root, place.path);
  try {
    const stats = await lstat(path);
    const leads = (await realpath(dirname(path))) !== dirname(path);
    if (stats.isSymbolicLink() || leads) {
      throw fieldProblem(
        "item_id",
        "is reached through a link; replace the link by what it links to",
      );
    }
    if (!stats.isFile()) throw fieldProblem("item_id", "names something that is not a file");
    if (stats.size > BYTES_MAX) throw fieldProblem("item_id", "is too large; remove it by hand");
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const bytes = await file.readFile();
      return { ...textOf(bytes), bytes, mode: stats.mode & 0o777 };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errorCodeOf(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
    throw new LiluxError("item_not_found", {
      message: `The ${place.item_type} ${place.qualified_id} was removed a moment ago. Search again.`,
      details: { field: "item_id", suggestions: [] },
      cause: error,
    });
  }
}

function textOf(bytes: Uint8Array): Pick<CurrentFile, "text" | "contentHash"> {
  try {
    const text = decodeText(bytes);
    return { text, contentHash: hashText(text) };
  } catch {
    return { text: undefined, contentHash: createHash("sha256").update(bytes).digest("hex") };
  }
}
