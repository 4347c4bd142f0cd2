import { readFile } from "node:fs/promises";
import { replaceFile } from "@lilux/files";
import {
  createParser,
  LiluxError,
  PHRASING_CHARACTERS_MAX,
  PHRASINGS_PER_ITEM,
  type TeachListed,
} from "@lilux/protocol";
import { type Static, Type } from "typebox";

/** What a library ships beside its items: lines that a model wrote, and for which text of which item. */
const PhrasingsFile = Type.Object({
  phrasings: Type.Literal(1),
  items: Type.Record(
    Type.String({ maxLength: 400 }),
    Type.Object({
      textHash: Type.String({ minLength: 1, maxLength: 64 }),
      model: Type.String({ minLength: 1, maxLength: 256 }),
      written: Type.String({ maxLength: 32 }),
      lines: Type.Array(Type.String({ minLength: 1, maxLength: PHRASING_CHARACTERS_MAX }), {
        maxItems: PHRASINGS_PER_ITEM,
      }),
    }),
  ),
});
/** It is for others, as the library is. */
const READABLE = 0o644;

export type PhrasingsFile = Static<typeof PhrasingsFile>;

const parser = createParser(PhrasingsFile, "the file of phrasings");

/** Items by their keys, so that two versions of the file differ where the library does. */
export async function writePhrasingsFile(path: string, { items }: TeachListed): Promise<number> {
  const written = items
    .flatMap(({ key, textHash, lines, model, at }) =>
      model === undefined || at === undefined || lines.length === 0
        ? []
        : [
            [
              key,
              { textHash, model, written: new Date(at).toISOString().slice(0, 10), lines },
            ] as const,
          ],
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const file: PhrasingsFile = { phrasings: 1, items: Object.fromEntries(written) };
  await replaceFile(path, `${JSON.stringify(file, null, 2)}\n`, READABLE);
  return written.length;
}

export async function readPhrasingsFile(path: string): Promise<PhrasingsFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new LiluxError("invalid_request", { message: `${path} cannot be read.`, cause });
  });
  try {
    return parser.parse(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof LiluxError) throw cause;
    throw new LiluxError("invalid_request", { message: `${path} is no JSON.`, cause });
  }
}
