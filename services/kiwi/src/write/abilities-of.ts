import type { Abilities } from "@lilux/core/consent";
import type { ItemType } from "@lilux/protocol";
import type { FileFacts } from "../library/facts-of-item.ts";
import type { ParsedItem } from "../parse/parsed-item.ts";
import { runningCode } from "../parse/python/running-code.ts";

/** What of a text decides what the item may do, for comparing two of them. */
export function abilitiesOf(
  item_type: ItemType,
  { text, parsed, facts }: { text: string; parsed: ParsedItem; facts: FileFacts },
): Abilities {
  return {
    declared: parsed.effect,
    effect: facts.own.effect,
    grants: parsed.permissions,
    variables: parsed.needs?.variables ?? [],
    secrets: parsed.needs?.secrets ?? [],
    packages: parsed.needs?.dependencies ?? [],
    runs: runsOf(item_type, text, parsed),
  };
}

function runsOf(item_type: ItemType, text: string, parsed: ParsedItem): string {
  const { inputs, steps, outputs, modelClass } = parsed;
  switch (item_type) {
    case "script":
      return JSON.stringify([runningCode(text), inputs]);
    case "directive":
      return JSON.stringify([steps, inputs, outputs, modelClass]);
    case "knowledge":
      return "";
  }
}
