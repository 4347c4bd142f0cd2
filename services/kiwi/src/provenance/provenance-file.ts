import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { putFile, type WritingFiles } from "@lilux/files";
import { createParser, Effect, Provenance } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import { ensureFolder } from "../files/ensure-folder.ts";

/** Where one text of an item comes from, by the text's hash. */
const ContentOrigin = Type.Object({
  ...Provenance.properties,
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  /** The class of what it replaced, where that was more severe. */
  before: Type.Optional(Effect),
});
export type ContentOrigin = Static<typeof ContentOrigin>;

const ProvenanceFile = Type.Object({
  format: Type.Literal("lilux-provenance/v1"),
  /** Newest first: the text that is there, or is about to be, and those before it. */
  contents: Type.Array(ContentOrigin, { maxItems: 8 }),
  /** When others than persons changed it lately, ISO 8601. */
  changes: Type.Array(Type.String(), { maxItems: 64 }),
});
type ProvenanceFile = Static<typeof ProvenanceFile>;

/** What is on record of an item's texts; `unreadable` is never taken for nothing. */
export type ItemRecord = Omit<ProvenanceFile, "format"> | "unreadable";

/** In `.ai`, which no script's grant opens for writing. No item is ever found there. */
export const PROVENANCE_FOLDER = ".provenance";

const parser = createParser(ProvenanceFile, "provenance");
const BYTES_MAX = 65_536;
const CONTENTS_MAX = 8;
const CHANGES_MAX = 64;

function fileOf(path: string): string {
  return join(PROVENANCE_FOLDER, `${path}.json`);
}

/** `root` is the real path of `.ai`, `path` the item's below it. Undefined when nothing is on record. */
export async function readRecord(root: string, path: string): Promise<ItemRecord | undefined> {
  try {
    const bytes = await readFile(join(root, fileOf(path)));
    const value: unknown = JSON.parse(bytes.subarray(0, BYTES_MAX).toString("utf8"));
    return parser.is(value) ? value : "unreadable";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : "unreadable";
  }
}

export async function writeRecord(
  files: WritingFiles,
  { root, path }: { root: string; path: string },
  { contents, changes }: Exclude<ItemRecord, "unreadable">,
): Promise<void> {
  const file = fileOf(path);
  const folder = await ensureFolder(files, root, dirname(file).split("/"), { allowTwins: true });
  const record: ProvenanceFile = {
    format: "lilux-provenance/v1",
    contents: contents.slice(0, CONTENTS_MAX),
    changes: changes.slice(0, CHANGES_MAX),
  };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await putFile(files, {
    path: join(folder, basename(file)),
    text,
    mode: 0o644,
    as: "replacement",
  });
}
