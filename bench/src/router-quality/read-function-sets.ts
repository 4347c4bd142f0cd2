import { createParser } from "@lilux/protocol";
import { toSummary } from "lilux/evaluate";
import { Type } from "typebox";
import { BFCL_FOLDER } from "./public-sets.ts";
import type { QualityLibrary, QualitySet } from "./quality-set.ts";
import { textOf } from "./read-intent-sets.ts";

const Row = Type.Object({
  id: Type.String(),
  question: Type.Array(Type.Array(Type.Object({ role: Type.String(), content: Type.String() }))),
  function: Type.Array(
    Type.Object({
      name: Type.String(),
      description: Type.String(),
      parameters: Type.Object({ properties: Type.Record(Type.String(), Type.Unknown()) }),
    }),
  ),
});
const Wanted = Type.Object({
  id: Type.String(),
  ground_truth: Type.Array(Type.Record(Type.String(), Type.Unknown())),
});
const rowParser = createParser(Row, "a row of BFCL");
const wantedParser = createParser(Wanted, "an answer of BFCL");

/** Rows of `multiple`, of whose functions one is meant, and of `irrelevance`, of which none is. */
export function readBfcl(cache: string, part: "" | "live_"): QualitySet {
  const wanted = new Map(
    rowsOf(cache, `possible_answer/BFCL_v4_${part}multiple.json`)
      .map((row) => wantedParser.parse(row))
      .map(({ id, ground_truth: [call = {}] }) => [id, Object.keys(call)[0] ?? null]),
  );
  const meant = rowsOf(cache, `BFCL_v4_${part}multiple.json`)
    .map((row) => rowParser.parse(row))
    .map((row) => libraryOf(row, wanted.get(row.id) ?? null));
  const irrelevant = rowsOf(cache, `BFCL_v4_${part}irrelevance.json`)
    .map((row) => rowParser.parse(row))
    .map((row) => libraryOf(row, null));
  return { libraries: [...meant, ...irrelevant], training: [] };
}

function rowsOf(cache: string, file: string): unknown[] {
  return textOf(cache, "bfcl", BFCL_FOLDER, file)
    .split("\n")
    .filter((row) => row.trim() !== "")
    .map((row): unknown => JSON.parse(row));
}

/** Each row's functions are its library, and the last thing that the user says is the line. */
function libraryOf(
  { question, function: functions }: ReturnType<typeof rowParser.parse>,
  label: string | null,
): QualityLibrary {
  const said = question.flat().filter(({ role }) => role === "user");
  const items = functions.map(({ name, description, parameters }) =>
    toSummary({
      item_type: "directive",
      item_id: name,
      // Ids are what calls name; dots join words as underscores do.
      name: name.replaceAll(".", " "),
      description,
      inputs: Object.keys(parameters.properties),
    }),
  );
  return { items, lines: [{ text: said.at(-1)?.content ?? "", label }] };
}
