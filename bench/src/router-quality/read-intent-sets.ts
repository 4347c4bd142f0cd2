import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createParser, type ItemSummary } from "@lilux/protocol";
import { toSummary } from "lilux/evaluate";
import { Type } from "typebox";
import { HWU64_FOLD, SNIPS_FOLDER } from "./public-sets.ts";
import type { QualityLine, QualitySet } from "./quality-set.ts";
import { readDelimited } from "./read-delimited.ts";

/** A name and a sentence of every intent, written for this repository from the names alone. */
const DESCRIPTIONS = join(import.meta.dirname, "../../../training/router/data/public");

const Described = Type.Object({
  item_id: Type.String(),
  name: Type.String(),
  description: Type.String(),
});
const describedParser = createParser(Type.Array(Described), "described intents");

const Pairs = Type.Array(Type.Tuple([Type.String(), Type.String()]));
const clincParser = createParser(
  Type.Object({ train: Pairs, test: Pairs, oos_test: Pairs }),
  "data_full.json",
);
const snipsParser = createParser(
  Type.Record(
    Type.String(),
    Type.Array(Type.Object({ data: Type.Array(Type.Object({ text: Type.String() })) })),
  ),
  "lines of an intent",
);

/** Throws where a file of the set is missing or is not what it was. */
export type ReadIntentSet = (cache: string) => QualitySet;

export const readClinc150: ReadIntentSet = (cache) => {
  const { train, test, oos_test } = readClinc(cache);
  const lines = [...test.map(labelled), ...oos_test.map(([text]) => ({ text, label: null }))];
  return intentSet("clinc150", { lines, training: train.map(labelled) });
};

/** Beside its own lines those of CLINC150 that are out of scope there, as it has none. */
export const readBanking77: ReadIntentSet = (cache) => {
  const read = (file: string): QualityLine[] =>
    readDelimited(textOf(cache, "banking77/banking_data", file), ",").map(
      ({ text = "", category = "" }) => ({ text, label: category }),
    );
  const strangers = readClinc(cache).oos_test.map(([text]) => ({ text, label: null }));
  return intentSet("banking77", {
    lines: [...read("test.csv"), ...strangers],
    training: read("train.csv"),
  });
};

export const readHwu64: ReadIntentSet = (cache) => {
  const read = (part: string): QualityLine[] => {
    const folder = join(cache, "hwu64", HWU64_FOLD, part);
    return filesOf(folder).flatMap((file) =>
      readDelimited(textOf(folder, file), ";").map(
        ({ answer_from_anno = "", scenario = "", intent = "" }) => ({
          text: answer_from_anno,
          label: `${scenario}_${intent}`,
        }),
      ),
    );
  };
  return intentSet("hwu64", { lines: read("testset/csv"), training: read("trainset") });
};

export const readSnips: ReadIntentSet = (cache) => {
  const read = (part: (intent: string) => string): QualityLine[] =>
    described("snips").flatMap(({ item_id }) => {
      const text = textOf(cache, "snips", SNIPS_FOLDER, item_id, part(item_id));
      const said = snipsParser.parse(JSON.parse(text))[item_id] ?? [];
      return said.map(({ data }) => ({
        text: data
          .map((piece) => piece.text)
          .join("")
          .trim(),
        label: item_id,
      }));
    });
  return intentSet("snips", {
    lines: read((intent) => `validate_${intent}.json`),
    training: read((intent) => `train_${intent}_full.json`),
  });
};

function intentSet(
  name: string,
  { lines, training }: { lines: QualityLine[]; training: QualityLine[] },
): QualitySet {
  const items = described(name);
  const ids = new Set(items.map(({ item_id }) => item_id));
  const stranger = lines.find(({ label }) => label !== null && !ids.has(label));
  if (stranger !== undefined) throw new Error(`${name} has the unknown label ${stranger.label}`);
  return { libraries: [{ items, lines }], training };
}

function described(name: string): ItemSummary[] {
  return describedParser
    .parse(JSON.parse(textOf(DESCRIPTIONS, `${name}.json`)))
    .map((item) => toSummary({ ...item, item_type: "directive" }));
}

function readClinc(cache: string): ReturnType<typeof clincParser.parse> {
  return clincParser.parse(JSON.parse(textOf(cache, "clinc150", "data/data_full.json")));
}

function labelled([text = "", label = ""]: readonly string[]): QualityLine {
  return { text, label };
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) throw notThere(folder);
  return readdirSync(folder).sort();
}

export function textOf(...parts: string[]): string {
  const file = join(...parts);
  if (!existsSync(file)) throw notThere(file);
  return readFileSync(file, "utf8");
}

function notThere(path: string): Error {
  return new Error(`${path} is not there; \`npm run bench -- fetch-sets\` fetches it`);
}
