import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Call, ItemType } from "@lilux/protocol";
import type { WarmItem } from "../warm/warm-session.ts";

const ROUTER = join(import.meta.dirname, "..", "..", "..", "training", "router");
const SETS = join(ROUTER, "data");
const NATURAL = join(ROUTER, "lexicon", "natural");

/** Sets by hand that no model and no ranker was fitted on. */
const BY_HAND = ["handwritten", "roastery", "blind"] as const;
/** Libraries that `held_out.tsv` keeps from training and from the fit of the ranker. */
const HELD_OUT = [
  "meridian_tower",
  "central_warehouse",
  "tarnhill_sales",
  "family_calendar",
  "greenlatch_qa",
  "growth_hack_kit",
  "three_herons_pharmacy",
  "puffinpost_mobile",
  "veterinary_clinic",
] as const;

/** Something people want, and the ways it is put. */
export interface Wish {
  call: Call;
  texts: readonly string[];
}

/** A library, what people want of it, and what they say that asks for nothing. */
export interface MonthLibrary {
  name: string;
  items: readonly WarmItem[];
  wishes: readonly Wish[];
  talk: readonly string[];
}

/** Twelve libraries with lines that were written by hand and never trained on. */
export function readMonthLibraries(): MonthLibrary[] {
  return [...BY_HAND.map(readSet), ...readNatural(HELD_OUT)];
}

interface SetLine {
  text: string;
  history?: string[];
  call: Call | { name: null };
}

function readSet(name: string): MonthLibrary {
  const read = (file: string): string => readFileSync(join(SETS, name, file), "utf8");
  const items = (JSON.parse(read("items.json")) as WarmItem[]).map((item) => ({
    ...item,
    // What a run would still have to ask for is another measurement.
    inputs: (item.inputs ?? []).map((input) =>
      typeof input === "string" ? input : String(input.name),
    ),
  }));
  const lines = read("lines.jsonl")
    .split("\n")
    .filter((row) => row !== "")
    .map((row) => JSON.parse(row) as SetLine)
    .filter(({ history }) => history === undefined);
  return libraryOf(name, items, lines);
}

/** Those of the wishes that one key can run: runs of items, and loads. */
function libraryOf(name: string, items: readonly WarmItem[], lines: readonly SetLine[]) {
  const wishes = new Map<string, { call: Call; texts: string[] }>();
  const talk: string[] = [];
  for (const { text, call } of lines) {
    if (call.name === null) talk.push(text);
    else if (isRunOrLoad(call)) {
      const key = JSON.stringify([call.name, call.arguments]);
      const wish = wishes.get(key) ?? { call, texts: [] };
      wish.texts.push(text);
      wishes.set(key, wish);
    }
  }
  return { name, items, wishes: [...wishes.values()], talk };
}

function isRunOrLoad(call: Call): boolean {
  if (call.name === "execute") return call.arguments.action === "run";
  return call.name === "load" && (call.arguments.source ?? "project") === "project";
}

const ITEM = /^- (directive|script|knowledge) (\S+) \| (.+?) \| (.*?) \| (.*)$/u;
const LINE = /^([a-z]+): (.+)$/u;

/** The form is told in training/router/lexicon/natural/README.md; of a line's kinds those that stand alone. */
function readNatural(names: readonly string[]): MonthLibrary[] {
  const blocks = new Map<string, Block>();
  for (const file of naturalFiles()) readBlocks(readFileSync(file, "utf8"), blocks);
  return names.map((name) => {
    const block = blocks.get(name);
    if (block === undefined) throw new Error(`There is no library ${name}.`);
    return libraryOf(name.replaceAll("_", "-"), block.items, block.lines);
  });
}

interface Block {
  items: WarmItem[];
  lines: SetLine[];
}

function readBlocks(text: string, blocks: Map<string, Block>): void {
  let name = "";
  let block: Block = { items: [], lines: [] };
  let item: WarmItem | undefined;
  for (const row of text.split("\n")) {
    const told = itemOf(row, name);
    if (row.startsWith("= ")) {
      name = row.slice(2).trim();
      block = blocks.get(name) ?? { items: [], lines: [] };
      blocks.set(name, block);
      item = undefined;
    } else if (row.startsWith("@ ")) {
      item = block.items.find(({ item_id }) => item_id === row.slice(2).trim());
    } else if (row.trim() === "--") item = undefined;
    else if (told === undefined) block.lines.push(...linesOf(row, item));
    else {
      item = told;
      block.items.push(told);
    }
  }
}

/** Those that tell of libraries, and those that add lines to them. */
function naturalFiles(): string[] {
  const of = (folder: string): string[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".txt"))
      .toSorted()
      .map((name) => join(folder, name));
  return [...of(NATURAL), ...of(join(NATURAL, "more"))];
}

function itemOf(row: string, category: string): WarmItem | undefined {
  const [, type, item_id = "", description = "", inputs = "", tags = ""] = ITEM.exec(row) ?? [];
  if (type === undefined) return undefined;
  const split = (text: string): string[] =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  const item_type = type as ItemType;
  return {
    item_type,
    item_id,
    name: item_id,
    description,
    category,
    inputs: split(inputs),
    tags: split(tags),
  };
}

function linesOf(row: string, item: WarmItem | undefined): SetLine[] {
  const [, kind = "", text = ""] = LINE.exec(row.trim()) ?? [];
  if (text === "" || text.includes(" || ")) return [];
  if (["q", "n", "t"].includes(kind)) return [{ text, call: { name: null } }];
  if (item === undefined) return [];
  const { item_type, item_id } = item;
  if (kind === "r") {
    return [{ text, call: { name: "execute", arguments: { item_type, item_id, action: "run" } } }];
  }
  const call: Call = { name: "load", arguments: { item_type, item_id, source: "project" } };
  return kind === "l" ? [{ text, call }] : [];
}
