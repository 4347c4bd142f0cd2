import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { EmbeddingMatrix } from "@lilux/core/embedding";
import { createLexicalIndex, type LexicalDocument, type LexicalIndex } from "@lilux/core/search";
import type { ItemSummary } from "@lilux/protocol";
import { typeLines } from "../typed-lines.ts";
import { syntheticSummaries } from "./synthetic-summaries.ts";
import { type Timings, timeEach } from "./time-each.ts";

export interface IndexFigures {
  items: number;
  buildMs: number;
  /** What the heap and its buffers grew by, in MiB, the items themselves left out. */
  memoryMiB: number;
  typing: Timings;
  whole: Timings;
  /** Replacing one item, and the first search after it. */
  change: Timings;
  /** Comparing one embedding with every item's, and taking the best 64. */
  meaning: Timings;
  meaningMiB: number;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const PREFIXES = 1_000;
const LINES = 300;
const REPEATS = 8;
const WIDTH = 384;
const MEBIBYTE = 2 ** 20;

/** Everything about finding that happens in one process, at one size of library. */
export function measureIndex(items: number): IndexFigures & { index: LexicalIndex } {
  const documents = syntheticSummaries(items).map(documentOf);
  const before = memory();
  const startedAt = performance.now();
  const index = createLexicalIndex();
  for (const document of documents) index.put(document);
  index.search("warm up", { limit: 10, prefixLast: true });
  const buildMs = performance.now() - startedAt;
  const memoryMiB = (memory() - before) / MEBIBYTE;
  const ask = (text: string): unknown => index.search(text, { limit: 10, prefixLast: true });
  const { prefixes, lines } = typedTexts();
  const typing = timeEach(prefixes, REPEATS, ask);
  const whole = timeEach(lines, REPEATS, ask);
  let turn = 0;
  const change = timeEach(documents.slice(0, LINES), REPEATS, (document) => {
    turn += 1;
    index.put({ ...document, description: `changed words${turn} and more of them` });
    ask("find change");
  });
  return { items, buildMs, memoryMiB, typing, whole, change, ...measureMeaning(items), index };
}

/** Every prefix of typed lines, and the lines themselves. */
export function typedTexts(): { prefixes: string[]; lines: string[] } {
  const prefixes: string[] = [];
  const lines: string[] = [];
  let line = "";
  for (const { text, first } of typeLines(0)) {
    if (first && line !== "") lines.push(line);
    line = text;
    if (prefixes.length < PREFIXES) prefixes.push(text);
    if (lines.length >= LINES) break;
  }
  return { prefixes, lines };
}

function measureMeaning(items: number): Pick<IndexFigures, "meaning" | "meaningMiB"> {
  const before = memory();
  const matrix = new EmbeddingMatrix(items, WIDTH);
  const bytes = Int8Array.from({ length: WIDTH }, (_, at) => ((at * 37) % 255) - 127);
  for (let row = 0; row < items; row += 1) {
    bytes[row % WIDTH] = (row % 255) - 127;
    matrix.set(row, { bytes, scale: 0.001 });
  }
  const meaningMiB = (memory() - before) / MEBIBYTE;
  const queries = Array.from({ length: 50 }, (_, query) =>
    Float32Array.from({ length: WIDTH }, (_value, at) => Math.sin(query + at) / 14),
  );
  const meaning = timeEach(queries, REPEATS, (query) => matrix.compare(query).best(64));
  return { meaning, meaningMiB };
}

function documentOf(item: ItemSummary): LexicalDocument {
  const { item_type, item_id, qualified_id, name, description, tags, category } = item;
  const inputs = item.inputs.map((input) => input.name);
  const key = `${item_type}:${qualified_id}`;
  return { key, item_type, id: item_id, name, description, tags, category, inputs };
}

function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
