import { readFileSync } from "node:fs";
import { join } from "node:path";
import { itemTextOf } from "@lilux/core/embedding";
import { createLexicalIndex, fuseScores, MEANING_ALONE_MIN } from "@lilux/core/search";
import type { ItemType } from "@lilux/protocol";
import { createEncoderModel } from "@lilux/router";

export interface RecallFigures {
  set: string;
  items: number;
  lines: number;
  /** Shares of lines, first and within the first seven, by way of ranking. */
  first: Record<Way, number>;
  seven: Record<Way, number>;
}

export type Way = (typeof WAYS)[number];
export const WAYS = ["words", "meaning", "both"] as const;

interface Item {
  item_type: ItemType;
  item_id: string;
  name: string;
  description: string;
  category: string;
  inputs: string[];
  tags: string[];
}

interface Call {
  arguments?: { item_type?: ItemType; item_id?: string };
}

interface Line {
  text: string;
  call: Call | null;
  acceptable?: Call[];
}

const ROOT = join(import.meta.dirname, "..", "..", "..");
const BATCH = 32;
const SCORED = 64;

/**
 * Whether the item that a line's call names is found by the line's text, over
 * all items of its set. Lines that name none are left out. No line was looked
 * at to set anything; the fusion was chosen by the totals.
 */
export async function measureRecall(set: string): Promise<RecallFigures> {
  const folder = join(ROOT, "training", "router", "data", set);
  const items: Item[] = JSON.parse(readFileSync(join(folder, "items.json"), "utf8"));
  const lines = readFileSync(join(folder, "lines.jsonl"), "utf8").trim().split("\n");
  const named = lines.map((line): Line => JSON.parse(line)).filter(({ call }) => keyOfCall(call));
  const model = await createEncoderModel({
    directory: join(ROOT, "models", "router-encoder"),
    workers: 1,
    linesWaitingMax: 4,
  });
  try {
    const score = await createScorer(items, model);
    const figures = { set, items: items.length, lines: named.length, first: none(), seven: none() };
    for (const line of named) {
      const wanted = new Set([line.call, ...(line.acceptable ?? [])].map(keyOfCall));
      const scores = await score(line.text);
      for (const way of WAYS) {
        const place = scores[way].findIndex((key) => wanted.has(key));
        if (place === 0) figures.first[way] += 1 / named.length;
        if (place >= 0 && place < 7) figures.seven[way] += 1 / named.length;
      }
    }
    return figures;
  } finally {
    await model.close();
  }
}

type Model = Awaited<ReturnType<typeof createEncoderModel>>;

async function createScorer(items: readonly Item[], model: Model) {
  const index = createLexicalIndex();
  const embeddings = new Map<string, Float32Array>();
  for (const item of items) {
    index.put({ ...item, key: keyOf(item), id: item.item_id });
  }
  for (let from = 0; from < items.length; from += BATCH) {
    const batch = items.slice(from, from + BATCH);
    const embedded = await model.readItems(batch.map(textOf));
    for (const [at, item] of batch.entries()) {
      embeddings.set(keyOf(item), embedded[at]?.embedding ?? new Float32Array());
    }
  }
  return async (text: string): Promise<Record<Way, string[]>> => {
    const { embedding } = await model.readLine(text, { deadlineAt: Date.now() + 5_000 });
    const hits = index.search(text, { limit: SCORED, prefixLast: true });
    const words = new Map(hits.map(({ key, score }) => [key, score]));
    const cosines = new Map([...embeddings].map(([key, other]) => [key, dot(other, embedding)]));
    const both = new Map<string, number>();
    for (const [key, cosine] of cosines) {
      if (!words.has(key) && cosine < MEANING_ALONE_MIN) continue;
      both.set(key, fuseScores(words.get(key) ?? 0, cosine));
    }
    return { words: best(words), meaning: best(cosines), both: best(both) };
  };
}

function best(scores: ReadonlyMap<string, number>): string[] {
  return [...scores].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([key]) => key);
}

function dot(a: Float32Array, b: Float32Array | undefined): number {
  return a.reduce((sum, value, at) => sum + value * (b?.[at] ?? 0), 0);
}

function textOf(item: Item): string {
  return itemTextOf({ ...item, inputs: item.inputs.map((name) => ({ name })) });
}

function keyOf({ item_type, item_id }: Pick<Item, "item_type" | "item_id">): string {
  return `${item_type}:${item_id}`;
}

function keyOfCall(call: Call | null): string {
  const { item_type, item_id } = call?.arguments ?? {};
  return item_type === undefined || item_id === undefined ? "" : keyOf({ item_type, item_id });
}

function none(): Record<Way, number> {
  return { words: 0, meaning: 0, both: 0 };
}
