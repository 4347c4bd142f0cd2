import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createWordList, type WordList } from "@lilux/core/spelling";
import { createParser } from "@lilux/protocol";
import { Type } from "typebox";

const parser = createParser(
  Type.Object({ model: Type.Object({ vocab: Type.Record(Type.String(), Type.Integer()) }) }),
  "tokenizer.json",
  "model_invalid",
);

/** Long enough to be what a misspelt one is a form of. */
const WORD = /^[a-z]{3,24}$/;

/** The words that a model's tokeniser leaves whole, of those that could be misspelt at all. */
export async function readVocabulary(directory: string): Promise<WordList> {
  const { model } = parser.parse(
    JSON.parse(await readFile(join(directory, "tokenizer.json"), "utf8")),
  );
  return createWordList(Object.keys(model.vocab).filter((word) => WORD.test(word)));
}
