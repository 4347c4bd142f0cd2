import { detailOfScore } from "@lilux/core/search";
import type {
  ContextCandidate,
  DiscoverRequest,
  DiscoverResult,
  ItemSummary,
} from "@lilux/protocol";
import type { Library } from "../library/library.ts";
import type { FindCall, FindItems } from "./find-items.ts";
import { neighboursOf } from "./neighbours-of.ts";

const DESCRIPTION_CHARACTERS_MAX = 280;
/** Nobody waits for a discovery with a key pressed, and what it finds by words alone is half of it. */
const MEANING_WITHIN_MS = 120;

/**
 * The items a text is likely about, of every type, best first, each with as
 * much detail as its score earns. No floor is applied: scores are comparable
 * across texts, and the caller knows what it needs.
 */
export async function discoverItems(
  { library, find, call }: { library: Library; find: FindItems; call: FindCall },
  { text, limit, near }: Pick<DiscoverRequest, "text" | "limit" | "near">,
): Promise<DiscoverResult> {
  const question = { text, limit, prefixLast: false };
  const found = await find(library, question, { ...call, meaningWithinMs: MEANING_WITHIN_MS });
  const neighbours = near === undefined ? [] : neighboursOf(library.index, near, limit);
  return {
    candidates: found.ranked.map(({ item, callId, score }) => candidateOf(item, callId, score)),
    meaning: found.meaning,
    ...(neighbours.length === 0 ? {} : { near: neighbours }),
  };
}

function candidateOf(item: ItemSummary, item_id: string, score: number): ContextCandidate {
  const { item_type, name, inputs } = item;
  const summary: ContextCandidate = {
    item_type,
    item_id,
    score,
    name,
    description: item.description.slice(0, DESCRIPTION_CHARACTERS_MAX),
  };
  switch (detailOfScore(score)) {
    case "summary":
      return summary;
    case "inputs":
      return { ...summary, inputs };
    case "full":
      return { ...summary, inputs, parameters: defaultsOf(item), examples: examplesOf(item) };
  }
}

function defaultsOf({ inputs }: ItemSummary): Record<string, unknown> {
  const filled = inputs.filter((input) => input.default !== undefined);
  return Object.fromEntries(filled.map((input) => [input.name, input.default]));
}

/** Lines a person might type for it. */
function examplesOf({ item_type, item_id, inputs }: ItemSummary): string[] {
  const words = item_id.replace(/[_-]+/g, " ");
  const required = inputs.filter((input) => input.required).map((input) => input.name);
  const verb = item_type === "knowledge" ? "show" : "run";
  const withInputs = required.map((name) => ` ${name}=…`).join("");
  return [`${verb} ${words}`, `${verb} ${item_id}${withInputs}`];
}
