import type { ItemSummary, LoadCall } from "@lilux/protocol";
import type { EvaluationLine, WantedCall } from "./dataset.ts";

const FORMS = [
  "run {id}",
  "run {type} {id}",
  "run {words}",
  "please run {id}",
  "execute {id}",
  "start {id}",
  "{id}",
  "load {id}",
  "load {type} {id}",
  "open {id}",
  "show {id}",
  "show me {words}",
] as const;
const LOADS = /^(?:load|open|show)/;

/** Every form of naming an item outright, over every item whose name is no other's. */
export function exactIdLines(items: readonly ItemSummary[]): EvaluationLine[] {
  return items.flatMap((item) => {
    const isShared = items.some((other) => other !== item && other.item_id === item.item_id);
    return FORMS.flatMap((form) => {
      const isRun = !LOADS.test(form);
      if (isShared && !form.includes("{type}")) return [];
      if (isRun && item.item_type === "knowledge" && form !== "{id}") return [];
      return [lineOf(item, form)];
    });
  });
}

function lineOf(item: ItemSummary, form: (typeof FORMS)[number]): EvaluationLine {
  const { item_type, item_id } = item;
  const text = form
    .replace("{type}", item_type)
    .replace("{id}", item_id)
    .replace("{words}", item_id.replaceAll(/[_-]/gu, " "));
  const isLoad = LOADS.test(form) || item_type === "knowledge";
  const call: WantedCall = isLoad
    ? loadOf(item)
    : { name: "execute", arguments: { item_type, item_id, action: "run" } };
  return { id: `${form}:${item_type}:${item_id}`, text, stratum: form, call };
}

function loadOf({ item_type, item_id, source }: ItemSummary): LoadCall {
  return { name: "load", arguments: { item_type, item_id, source } };
}
