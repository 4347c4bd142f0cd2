import { ITEM_FOLDERS } from "../library/item-place.ts";

const FOLDERS: ReadonlySet<string> = new Set([...ITEM_FOLDERS, ".provenance"]);
const SEGMENTS_MAX = 18;
const SEGMENT_BYTES_MAX = 255;

/**
 * Whether a path below `.ai` is one that a library's place and its folder have in common: items, what
 * lies beside them, and what is on record of them. A name from elsewhere that would lead out of `.ai`, or
 * into a repository's own files, is none.
 */
export function isMirroredPath(path: string, keepsHistory: boolean): boolean {
  const segments = path.split("/");
  const [first = ""] = segments;
  if (!FOLDERS.has(first) && !(keepsHistory && first === ".history")) return false;
  return segments.length > 1 && segments.length <= SEGMENTS_MAX && segments.every(isPlainName);
}

function isPlainName(name: string): boolean {
  if (name === "" || name === "." || name === ".." || name.toLowerCase() === ".git") return false;
  if (Buffer.byteLength(name) > SEGMENT_BYTES_MAX) return false;
  // What a text made of bytes that are none holds, and what no file's name may.
  return !name.includes("\0") && !name.includes("\uFFFD") && !name.includes("\\");
}
