import type { ItemSummary } from "@lilux/protocol";
import { chance } from "./chance.ts";
import type { EvaluationLine } from "./dataset.ts";

/** How many phrasings the items of one library have: none, each another number, or all many. */
export type PhrasingRegime = "none" | "mixed" | "full";

export const PHRASING_FOLDS = 3;
const FULL = 12;
const FEW = 4;
/** One phrasing in so many belongs to another item: models and authors err. */
const STRAY_SHARE = 0.04;
/** How many items say what they do once more, as somebody would who has only read the item. */
const ECHO_SHARE = 0.5;

/** The fold a line is in: it is never among the phrasings of the items it is ranked with. */
export function foldOf({ id }: EvaluationLine): number {
  return Math.floor(chance(id, "fold") * PHRASING_FOLDS);
}

/**
 * A library as if its authors, or a model, had said how its items are asked for: the lines of the
 * other folds that mean an item stand for phrasings.
 */
export function withSimulatedPhrasings(
  items: readonly ItemSummary[],
  lines: readonly EvaluationLine[],
  { regime, fold }: { regime: PhrasingRegime; fold: number },
): ItemSummary[] {
  if (regime === "none") return items.map(withoutPhrasings);
  const said = linesByItem(lines.filter((line) => foldOf(line) !== fold));
  const all = [...said.values()].flat();
  return items.map((item) => {
    const wanted = countOf(item, regime);
    const own = shuffled(said.get(nameOf(item.item_type, item.item_id)) ?? [], item.qualified_id);
    const echo = chance(item.qualified_id, "echo") < ECHO_SHARE ? [echoOf(item)] : [];
    const examples = [...echo, ...own].slice(0, wanted).map((text, at) => {
      const isStray = chance(`${item.qualified_id}${at}`, "stray") < STRAY_SHARE;
      return isStray ? (all[Math.floor(chance(text, "which") * all.length)] ?? text) : text;
    });
    return { ...withoutPhrasings(item), ...(examples.length === 0 ? {} : { examples }) };
  });
}

function withoutPhrasings(item: ItemSummary): ItemSummary {
  const { examples: _examples, when_to_use: _when, ...rest } = item;
  return rest;
}

function countOf({ qualified_id }: ItemSummary, regime: PhrasingRegime): number {
  if (regime === "full") return FULL;
  const drawn = chance(qualified_id, "phrasings");
  if (drawn < 0.35) return 0;
  return drawn < 0.7 ? 1 + Math.floor(chance(qualified_id, "few") * FEW) : FULL;
}

/** Lines that run or open an item, by the item. */
function linesByItem(lines: readonly EvaluationLine[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { call, text, history } of lines) {
    if (history !== undefined || call.name === null || call.name === "search") continue;
    if (call.name === "execute" && call.arguments.action !== "run") continue;
    const name = nameOf(call.arguments.item_type, call.arguments.item_id);
    found.set(name, [...(found.get(name) ?? []), text]);
  }
  return found;
}

function nameOf(type: string, id: string): string {
  return `${type}:${id.slice(id.lastIndexOf("/") + 1)}`;
}

function echoOf({ description, name }: ItemSummary): string {
  const first = description.split(/[.;]/)[0]?.trim() ?? "";
  return first === "" ? name.replaceAll("_", " ") : first.toLowerCase();
}

function shuffled(texts: readonly string[], seed: string): string[] {
  return [...texts].sort((a, b) => chance(a, seed) - chance(b, seed));
}
