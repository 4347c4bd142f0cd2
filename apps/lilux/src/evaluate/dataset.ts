import { readFile } from "node:fs/promises";
import { readProjectItems } from "@lilux/kiwi/check";
import {
  createParser,
  ExecuteCall,
  InputSpec,
  ItemSource,
  type ItemSummary,
  ItemType,
  LiluxError,
  LoadCall,
  NoCall,
  type Parser,
  SearchCall,
} from "@lilux/protocol";
import { type Static, Type } from "typebox";

/** An input: what is left out is a string that need not be given. */
const EvaluationInput = Type.Interface([Type.Partial(InputSpec)], { name: Type.String() });

/** One item of `items.json`. */
export const EvaluationItem = Type.Object({
  item_type: ItemType,
  item_id: Type.String({ minLength: 1 }),
  name: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  category: Type.Optional(Type.String()),
  /** Where it is; the project when not given. */
  source: Type.Optional(ItemSource),
  /** By name alone, or as a library declares them. */
  inputs: Type.Optional(Type.Array(Type.Union([Type.String(), EvaluationInput]))),
  tags: Type.Optional(Type.Array(Type.String())),
  examples: Type.Optional(Type.Array(Type.String())),
  when_to_use: Type.Optional(Type.String()),
});
export type EvaluationItem = Static<typeof EvaluationItem>;

/** An item of plain intent data: it may be without a type, as they are all alike. */
const LabelItem = Type.Object({
  ...EvaluationItem.properties,
  item_type: Type.Optional(ItemType),
});

const WantedCall = Type.Union([SearchCall, LoadCall, ExecuteCall, NoCall]);
export type WantedCall = Static<typeof WantedCall>;

/** One line of `data.jsonl`: what is typed, and what is meant by it. */
export const EvaluationLine = Type.Object({
  id: Type.String(),
  text: Type.String({ minLength: 1 }),
  history: Type.Optional(Type.Array(Type.String())),
  /** The day it is typed on, as YYYY-MM-DD, where the line speaks of one by its distance. */
  today: Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" })),
  stratum: Type.Optional(Type.String()),
  call: WantedCall,
  /** Other calls that would be right too. */
  acceptable: Type.Optional(Type.Array(WantedCall)),
  /** Right as far as they go, and leaving out something the line says: never to be run at once. */
  partly: Type.Optional(Type.Array(WantedCall)),
});
export type EvaluationLine = Static<typeof EvaluationLine>;

/** One line of plain intent data: the label is an item's id, or null for "none of them". */
const LabelledLine = Type.Object({
  id: Type.Optional(Type.String()),
  text: Type.String({ minLength: 1 }),
  label: Type.Union([Type.String(), Type.Null()]),
});

const itemsParser = createParser(Type.Array(EvaluationItem), "items.json");
const labelItemsParser = createParser(Type.Array(LabelItem), "items.json");
const lineParser = createParser(EvaluationLine, "data.jsonl");
const labelledParser = createParser(LabelledLine, "data.jsonl");

export interface Dataset {
  items: ItemSummary[];
  lines: EvaluationLine[];
  /** Only the item is judged, whatever is done with it. */
  itemsOnly: boolean;
  /** Inputs are declared, not just named: runs can be given values. */
  hasDeclaredInputs: boolean;
}

/** Reads both files. Throws `invalid_request` naming file, line and field. */
export async function readDataset(files: {
  items: string | undefined;
  /** A folder whose `.ai` is taken instead of a file of items. */
  project?: string | undefined;
  /** Without one there are no lines yet. */
  data: string | undefined;
  labels: boolean;
}): Promise<Dataset> {
  const items = await readEitherItems(files);
  const known = knownIds(items);
  const rows = files.data === undefined ? [] : (await readText(files.data)).split("\n");
  const lines: EvaluationLine[] = [];
  for (const [at, row] of rows.entries()) {
    if (row.trim() === "") continue;
    const where = `${files.data}:${at + 1}`;
    lines.push(readLine(row, { where, items, known, labels: files.labels }));
  }
  if (files.data !== undefined && lines.length === 0) {
    const message = `${files.data} holds no line: there is nothing to measure.`;
    throw new LiluxError("invalid_request", { message, details: { field: "data" } });
  }
  const hasDeclaredInputs = items.some(({ inputs = [] }) =>
    inputs.some((input) => typeof input !== "string"),
  );
  return { items: items.map(toSummary), lines, itemsOnly: files.labels, hasDeclaredInputs };
}

async function readEitherItems({
  items,
  project,
  labels,
}: {
  items: string | undefined;
  project?: string | undefined;
  labels: boolean;
}): Promise<EvaluationItem[]> {
  if (project !== undefined) return readProjectItems(project);
  if (items === undefined) {
    const message = "Name the library with --items, or a folder that holds .ai with --project.";
    throw new LiluxError("invalid_request", { message, details: { field: "items" } });
  }
  const given = await readJson(items);
  return labels ? labelItemsParser.parse(given).map(withType) : itemsParser.parse(given);
}

/** Every id, bare and qualified, that a line may mean. */
function knownIds(items: readonly EvaluationItem[]): ReadonlySet<string> {
  return new Set(
    items
      .map(toSummary)
      .flatMap(({ item_type, item_id, qualified_id }) => [
        `${item_type}:${item_id}`,
        `${item_type}:${qualified_id}`,
      ]),
  );
}

function withType(item: Static<typeof LabelItem>): EvaluationItem {
  return { ...item, item_type: item.item_type ?? "directive" };
}

function readLine(row: string, { where, items, known, labels }: LineContext): EvaluationLine {
  try {
    const value: unknown = JSON.parse(row);
    if (!labels) return readCalls(value, known);
    const { id, text, label } = labelledParser.parse(value);
    const stratum = label === null ? "out_of_scope" : "in_scope";
    return { id: id ?? where, text, stratum, call: callOfLabel(label, items) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : "is not JSON";
    throw new LiluxError("invalid_request", { message: `${where}: ${reason}` });
  }
}

interface LineContext {
  where: string;
  items: EvaluationItem[];
  known: ReadonlySet<string>;
  labels: boolean;
}

/** Each call by the form of its own name, so that what is said of it is of that form. */
const callParsers: Readonly<Record<string, Parser<WantedCall>>> = {
  search: createParser(SearchCall, "call"),
  load: createParser(LoadCall, "call"),
  execute: createParser(ExecuteCall, "call"),
};

function readCalls(value: unknown, known: ReadonlySet<string>): EvaluationLine {
  for (const call of callsIn(value)) {
    const { name } = call;
    if (typeof name === "string") callParsers[name]?.parse(call);
  }
  const line = lineParser.parse(value);
  for (const call of [line.call, ...(line.acceptable ?? []), ...(line.partly ?? [])]) {
    assertKnown(call, known);
  }
  return line;
}

function callsIn(value: unknown): { name?: unknown }[] {
  const { call, acceptable, partly } = recordOf(value);
  const listed = [acceptable, partly].flatMap((calls) => (Array.isArray(calls) ? calls : []));
  return [call, ...listed].map(recordOf);
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** What no item has would count as a mistake of the router. Only what is to be made may be new. */
function assertKnown(call: WantedCall, known: ReadonlySet<string>): void {
  if (call.name !== "load" && call.name !== "execute") return;
  const { item_type, item_id } = call.arguments;
  const isNew = call.name === "execute" && call.arguments.action === "create";
  if (isNew || known.has(`${item_type}:${item_id}`)) return;
  throw new Error(`no ${item_type} has the id ${item_id}`);
}

function callOfLabel(label: string | null, items: readonly EvaluationItem[]): WantedCall {
  if (label === null) return { name: null };
  const item = items.find((other) => {
    const { item_id, qualified_id } = toSummary(other);
    return other.item_id === label || item_id === label || qualified_id === label;
  });
  if (item === undefined) throw new Error(`no item has the id ${label}`);
  const { item_type, item_id } = item;
  return { name: "execute", arguments: { item_type, item_id, action: "run" } };
}

/** The items of a file alone. */
export async function readItems(file: string): Promise<ItemSummary[]> {
  return itemsParser.parse(await readJson(file)).map(toSummary);
}

/** An item as the library lists it; what the file leaves out is empty. */
export function toSummary(item: EvaluationItem): ItemSummary {
  // An id may be given qualified: then it says the category, too.
  const at = item.item_id.lastIndexOf("/");
  const item_id = item.item_id.slice(at + 1);
  const category = item.category || item.item_id.slice(0, Math.max(0, at));
  const inputs = (item.inputs ?? []).map((input) => ({
    type: "string",
    required: false,
    ...(typeof input === "string" ? { name: input } : input),
  }));
  return {
    item_type: item.item_type,
    item_id,
    qualified_id: category === "" ? item_id : `${category}/${item_id}`,
    name: item.name ?? item_id,
    description: item.description ?? "",
    category,
    source: item.source ?? "project",
    version: "1.0.0",
    tags: item.tags ?? [],
    inputs,
    effect: "write",
    content_hash: "",
    ...(item.examples === undefined ? {} : { examples: item.examples }),
    ...(item.when_to_use === undefined ? {} : { when_to_use: item.when_to_use }),
  };
}

export async function readJson(file: string): Promise<unknown> {
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LiluxError("invalid_request", { message: `${file} is not JSON.`, cause });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new LiluxError("invalid_request", { message: `${file} cannot be read.`, cause });
  }
}
