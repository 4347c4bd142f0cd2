import type { Bus } from "@lilux/bus";
import { checkPhrasings, type DroppedPhrasing, judgePhrasings } from "@lilux/core/teaching";
import type { Tenant } from "@lilux/protocol";
import type { LanguageModel } from "../model/language-model.ts";
import type { ItemText } from "./library-texts.ts";
import { readByRouter } from "./read-by-router.ts";
import { type WritePhrasings, writePhrasings } from "./write-phrasings.ts";

export interface TeachItemsDeps {
  bus: Pick<Bus, "request">;
  model: LanguageModel;
}

/** What is to be kept of an item's lines, and what was left out for which reason. */
export interface TaughtItem {
  entry: ItemText;
  lines: string[];
  dropped: DroppedPhrasing[];
}

export interface TaughtItems {
  items: TaughtItem[];
  model: string;
}

/** Has lines written for some items, and keeps those that pass: by their form, and by the router. */
export async function teachItems(
  { bus, model }: TeachItemsDeps,
  request: WritePhrasings,
): Promise<TaughtItems> {
  const { tenant, entries, signal } = request;
  const written = await writePhrasings(model, request);
  const given = entries.map((entry) => ({ entry, lines: written.lines.get(entry) ?? [] }));
  return { items: await judgeLines(bus, { tenant, given, signal }), model: written.model };
}

export interface GivenLines {
  tenant: Tenant;
  given: readonly { entry: ItemText; lines: readonly string[] }[];
  signal: AbortSignal;
}

/** Whoever wrote them: lines count for an item only as far as they pass. */
export async function judgeLines(
  bus: Pick<Bus, "request">,
  { tenant, given, signal }: GivenLines,
): Promise<TaughtItem[]> {
  const checked = given.map(({ entry, lines }) => ({
    entry,
    ...checkPhrasings(lines, entry.item),
  }));
  const lines = checked.flatMap((each) => each.lines);
  const read = await readByRouter(bus, { tenant, lines, signal });
  let at = 0;
  return checked.map(({ entry, lines: own, dropped }) => {
    const judged = judgePhrasings(read.slice(at, at + own.length), entry.textHash);
    at += own.length;
    return { entry, lines: judged.lines, dropped: [...dropped, ...judged.dropped] };
  });
}
