import type { LineReading } from "@lilux/core/ranking";
import type { ModelManifest } from "./model-manifest.ts";
import type { RawLine } from "./worker-messages.ts";

/** A model's raw logits under their labels' names, as log-probabilities. */
export function readRawLine(raw: RawLine, labels: ModelManifest["labels"]): LineReading {
  return {
    words: raw.words,
    queryLogits: raw.queryLogits,
    logPrimitive: named(labels.primitive, raw.primitive),
    logItemType: named(labels.itemType, raw.itemType),
    logAction: named(labels.action, raw.action),
    logSearchSource: named(labels.searchSource, raw.searchSource),
    logLoadSource: named(labels.loadSource, raw.loadSource),
    reference: raw.reference === undefined ? 0 : 1 / (1 + Math.exp(-raw.reference)),
    embedding: raw.embedding,
    tokens: raw.tokens,
  };
}

function named<L extends string>(labels: readonly L[], logits: Float32Array): Record<L, number> {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const logSum = largest + Math.log(sum);
  const entries = labels.map((label, at) => [label, (logits[at] ?? largest) - logSum] as const);
  return Object.fromEntries(entries) as Record<L, number>;
}
