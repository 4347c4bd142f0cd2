import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ITEM_TYPES } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { decodeText } from "./decode-text.ts";
import { ParseFailure } from "./parse-failure.ts";
import { parseItem } from "./parse-item.ts";

interface Expected {
  /** Part of what must be read. */
  parsed?: object;
  /** Parts of what must be said, and the line it must be said of. */
  failure?: { line: number; cause: string; fix: string };
}

/** `corpus/<item type>/<id>.md` or `.py`, with what must come of it in `<id>.json`. */
const CORPUS = join(import.meta.dirname, "corpus");

describe.each(ITEM_TYPES)("%s files that were read wrongly somewhere", (item_type) => {
  const folder = join(CORPUS, item_type);
  const files = readdirSync(folder).filter((name) => !name.endsWith(".json"));

  it.each(files)("%s is read as it must be", (file) => {
    const id = file.replace(/\.\w+$/, "");
    const expected = JSON.parse(readFileSync(join(folder, `${id}.json`), "utf8")) as Expected;
    const outcome = read(() =>
      parseItem(item_type, decodeText(readFileSync(join(folder, file))), id),
    );
    if (expected.failure === undefined) {
      expect(outcome).toMatchObject(expected.parsed ?? {});
      return;
    }
    const { line, cause, fix } = expected.failure;
    expect(outcome).toBeInstanceOf(ParseFailure);
    expect(outcome).toMatchObject({ line });
    expect((outcome as ParseFailure).message).toContain(cause);
    expect((outcome as ParseFailure).fix).toContain(fix);
  });
});

function read<T>(work: () => T): T | unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
