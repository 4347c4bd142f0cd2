import { createParser, type ItemSummary } from "@lilux/protocol";
import { Type } from "typebox";
import { readJson } from "./dataset.ts";

const parser = createParser(
  Type.Record(Type.String(), Type.Array(Type.String({ minLength: 1 }))),
  "phrasings",
);

/** Items with the examples that a file of `{"item_id": ["line", …]}` gives them. */
export async function addPhrasings(
  items: readonly ItemSummary[],
  file: string,
): Promise<ItemSummary[]> {
  const phrasings = parser.parse(await readJson(file));
  return items.map((item) => {
    const examples = phrasings[item.item_id];
    return examples === undefined ? item : { ...item, examples };
  });
}
