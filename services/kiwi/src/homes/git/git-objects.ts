import { LiluxError } from "@lilux/protocol";
import { FILE_BYTES_MAX } from "../../parse/decode-text.ts";
import { isMirroredPath } from "../mirrored-paths.ts";

export interface TreeFile {
  oid: string;
  mode: string;
}

const FILES_MAX = 20_000;
const BYTES_MAX = 256 * 1024 * 1024;
const ENTRY = /^(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t\.ai\/(.+)$/s;

/**
 * Files below `.ai` of what `ls-tree -r -z -l` prints, by path. Links, submodules, names that lead
 * elsewhere and what is larger than an item may be are left out: they are nobody's item, and nothing of
 * a repository is ever checked out. Throws `storage_full` for more than a library holds.
 */
export function readTree(printed: Buffer): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>();
  let bytes = 0;
  for (const line of printed.toString("utf8").split("\0")) {
    const [, mode = "", kind, oid = "", size = "", path = ""] = ENTRY.exec(line) ?? [];
    const isFile = kind === "blob" && (mode === "100644" || mode === "100755");
    if (!isFile || !isMirroredPath(path, false) || Number(size) > FILE_BYTES_MAX) continue;
    files.set(path, { oid, mode });
    bytes += Number(size);
    if (files.size > FILES_MAX || bytes > BYTES_MAX) throw tooMuch();
  }
  return files;
}

function tooMuch(): LiluxError {
  return new LiluxError("storage_full", {
    message: `The library in the repository has more than ${FILES_MAX} files or ${BYTES_MAX / 1024 / 1024} MiB. Take some out of its .ai folder.`,
    details: { limit: "files" },
  });
}

/** The contents that `cat-file --batch` prints, in the order asked for. Throws when one is missing. */
export function* readBatch(printed: Buffer): Generator<Buffer> {
  for (let at = 0; at < printed.length; ) {
    const end = printed.indexOf(0x0a, at);
    const [, kind, size] = printed.subarray(at, end).toString("latin1").split(" ");
    if (end < 0 || kind !== "blob" || size === undefined) {
      throw new Error("an object of the library's repository cannot be read");
    }
    const from = end + 1;
    yield printed.subarray(from, from + Number(size));
    at = from + Number(size) + 1;
  }
}
