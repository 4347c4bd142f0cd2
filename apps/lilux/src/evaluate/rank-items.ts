import type { RankedCalls } from "@lilux/core/ranking";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { Candidate } from "@lilux/protocol";

/**
 * The same answer as one of items: what is done with an item does not matter, so
 * its calls count together, and calls that name no item of the library (a
 * search, a creation) drop out. Confidences sum to 1 again.
 */
export function rankItems(ranked: RankedCalls): RankedCalls {
  const byItem = new Map<string, Candidate>();
  for (const candidate of ranked.candidates) {
    const { call } = candidate;
    if (call.name === "search") continue;
    if (call.name === "execute" && call.arguments.action === "create") continue;
    const { item_type, item_id } = call.arguments;
    const key = `${item_type}:${item_id}`;
    const known = byItem.get(key);
    byItem.set(key, known === undefined ? candidate : together(known, candidate));
  }
  const items = [...byItem.values()];
  const sum = total(items.map(({ confidence }) => confidence)) + ranked.noCallConfidence;
  const onEnter = total(items.map(confidenceOnEnter)) + ranked.noCallConfidenceOnEnter;
  return {
    candidates: items
      .map((item) => ({
        ...item,
        confidence: item.confidence / sum,
        confidenceOnEnter: confidenceOnEnter(item) / onEnter,
      }))
      .sort((a, b) => b.confidence - a.confidence),
    noCallConfidence: ranked.noCallConfidence / sum,
    noCallConfidenceOnEnter: ranked.noCallConfidenceOnEnter / onEnter,
  };
}

function together(a: Candidate, b: Candidate): Candidate {
  return {
    ...a,
    confidence: a.confidence + b.confidence,
    confidenceOnEnter: confidenceOnEnter(a) + confidenceOnEnter(b),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
