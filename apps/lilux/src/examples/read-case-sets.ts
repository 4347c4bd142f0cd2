import { basename } from "node:path";
import type { LineSet } from "@lilux/core/text";
import { createParser, Example } from "@lilux/protocol";
import { Type } from "typebox";
import { readRows } from "./read-rows.ts";

/** As much of a case, or of an example, as says its line. */
const parser = createParser(
  Type.Object({ turn: Type.Pick(Example.properties.turn, ["text"]) }),
  "case",
);

/** The lines of cases, a set for each file. */
export async function readCaseSets(files: readonly string[]): Promise<LineSet[]> {
  return Promise.all(
    files.map(async (file) => {
      const rows = await readRows(file, parser);
      return { name: basename(file), lines: rows.map(({ turn }) => turn.text) };
    }),
  );
}
