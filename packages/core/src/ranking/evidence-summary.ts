import type { ItemType } from "@lilux/protocol";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import { speaksOfFiles } from "./part-of-item.ts";

/**
 * How strongly evidence on one item counts against that on another, in
 * `log_item_share`: the cosine's scale is the inverse temperature of the
 * contrastive training, the others were set by hand.
 */
const SHARE = { cosine: 20, lexical: 3, exact: 2, coverage: 2, previous: 2.5 } as const;

/** What an item that is not embedded yet is taken for, from its lexical score. */
const SURROGATE = { base: 0.15, lexical: 0.5 } as const;

/** For an item type of which nothing is considered. */
export const LOG_SHARE_MIN = -8;

/** Enough to tell one near item from a crowd of them. */
const USUAL_COSINES = 12;

/** What the features of all candidates of a line are measured against. */
export interface EvidenceSummary {
  /** Of the items considered, the logarithm of each one's share of the evidence. */
  logShares: Map<ItemEvidence, number>;
  /** The same of each item type, all its items together. */
  logTypeShares: Map<ItemType, number>;
  topLogShare: number;
  cosines: TopTwo;
  /** Mean cosine of the nearest: what this library gives to any line of the kind. */
  usualCosine: number;
  lexicals: TopTwo;
  bestCoverage: number;
  hasExact: boolean;
  logWords: number;
  phrases: PhraseSummary;
  late: LateSummary;
  /** The line speaks of the library's own files. */
  speaksOfFiles: boolean;
}

/** Of the items considered, how near they are token by token; all 0 when none has tokens. */
interface LateSummary {
  mean: TopTwo;
  weak: TopTwo;
  /** The mean of the nearest. */
  usual: number;
  /** What each item's share of the evidence gains when tokens count, as a logarithm. */
  logLifts: ReadonlyMap<ItemEvidence, number>;
  /** The largest share then. */
  topLogShare: number;
}

/** Of the items considered, how near their phrasings are; all 0 when none has any. */
export interface PhraseSummary {
  /** By the mean of each item's three nearest. */
  three: TopTwo;
  nearest: TopTwo;
  /** The share of the items that have phrasings. */
  known: number;
  /** What each item's share of the evidence gains when its phrasings count, as a logarithm. */
  logLifts: Map<ItemEvidence, number>;
}

export interface TopTwo {
  first: number;
  second: number;
}

export function summariseEvidence({ items, reading, text }: LineEvidence): EvidenceSummary {
  const strengths = items.map((item) => strengthOf(item, reading.reference));
  const largest = Math.max(...strengths, Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const strength of strengths) sum += Math.exp(strength - largest);
  const logSum = largest + Math.log(sum);
  const logShares = new Map(items.map((item, at) => [item, (strengths[at] ?? 0) - logSum]));
  return {
    logShares,
    logTypeShares: typeShares(logShares),
    topLogShare: items.length === 0 ? LOG_SHARE_MIN : largest - logSum,
    cosines: topTwo(items.map(cosineOf)),
    usualCosine: meanOfLargest(items.map(cosineOf), USUAL_COSINES),
    lexicals: topTwo(items.map((item) => item.lexical)),
    bestCoverage: Math.max(0, ...items.map((item) => item.mention.coverage)),
    hasExact: items.some((item) => item.mention.exact),
    logWords: Math.log1p(reading.words.length),
    phrases: summarisePhrases(items, strengths, logShares),
    late: summariseLate(items, strengths, logShares),
    speaksOfFiles: speaksOfFiles(text),
  };
}

/** How much nearness token by token counts beside the item's own, in `logLifts`. */
const LATE_SHARE = 15;

function summariseLate(
  items: readonly ItemEvidence[],
  strengths: readonly number[],
  logShares: ReadonlyMap<ItemEvidence, number>,
): LateSummary {
  const known = items.flatMap(({ tokens }) => (tokens === undefined ? [] : [tokens]));
  const logLifts = new Map<ItemEvidence, number>();
  if (known.length === 0) {
    const nothing = { first: 0, second: 0 };
    return { mean: nothing, weak: nothing, usual: 0, logLifts, topLogShare: 0 };
  }
  const means = known.map(({ mean }) => mean);
  const usual = meanOfLargest(means, USUAL_COSINES);
  const raised = items.map(
    ({ tokens }, at) => (strengths[at] ?? 0) + LATE_SHARE * ((tokens?.mean ?? usual) - usual),
  );
  const largest = Math.max(...raised);
  const logSum = largest + Math.log(raised.reduce((sum, one) => sum + Math.exp(one - largest), 0));
  for (const [at, item] of items.entries()) {
    logLifts.set(item, (raised[at] ?? 0) - logSum - (logShares.get(item) ?? 0));
  }
  const weak = topTwo(known.map((one) => one.weak));
  return { mean: topTwo(means), weak, usual, logLifts, topLogShare: largest - logSum };
}

/** How much a phrasing's nearness counts beside the item's own, in `logLifts`. */
const PHRASE_SHARE = 10;

function summarisePhrases(
  items: readonly ItemEvidence[],
  strengths: readonly number[],
  logShares: ReadonlyMap<ItemEvidence, number>,
): PhraseSummary {
  const known = items.flatMap(({ phrases }) => (phrases === undefined ? [] : [phrases]));
  const logLifts = new Map<ItemEvidence, number>();
  if (known.length === 0) {
    const nothing = { first: 0, second: 0 };
    return { three: nothing, nearest: nothing, known: 0, logLifts };
  }
  const raised = items.map(
    ({ phrases, ...item }, at) =>
      (strengths[at] ?? 0) +
      (phrases === undefined ? 0 : PHRASE_SHARE * (phrases.three - cosineOf(item))),
  );
  const largest = Math.max(...raised);
  const logSum = largest + Math.log(raised.reduce((sum, one) => sum + Math.exp(one - largest), 0));
  for (const [at, item] of items.entries()) {
    logLifts.set(item, (raised[at] ?? 0) - logSum - (logShares.get(item) ?? 0));
  }
  return {
    three: topTwo(known.map(({ three }) => three)),
    nearest: topTwo(known.map(({ nearest }) => nearest)),
    known: known.length / items.length,
    logLifts,
  };
}

function typeShares(logShares: ReadonlyMap<ItemEvidence, number>): Map<ItemType, number> {
  const shares = new Map<ItemType, number>();
  for (const [{ item }, logShare] of logShares) {
    shares.set(item.item_type, (shares.get(item.item_type) ?? 0) + Math.exp(logShare));
  }
  const entries = [...shares].map(
    ([type, share]) => [type, Math.max(LOG_SHARE_MIN, Math.log(share))] as const,
  );
  return new Map(entries);
}

function strengthOf(item: ItemEvidence, reference: number): number {
  return (
    SHARE.cosine * cosineOf(item) +
    SHARE.lexical * item.lexical +
    SHARE.exact * (item.mention.exact ? 1 : 0) +
    SHARE.coverage * item.mention.coverage +
    SHARE.previous * (item.isPrevious ? reference : 0)
  );
}

export function cosineOf({ cosine, lexical }: Pick<ItemEvidence, "cosine" | "lexical">): number {
  return cosine ?? SURROGATE.base + SURROGATE.lexical * lexical;
}

function topTwo(values: readonly number[]): TopTwo {
  let first = 0;
  let second = 0;
  for (const value of values) {
    if (value > first) {
      second = first;
      first = value;
    } else if (value > second) second = value;
  }
  return { first, second };
}

function meanOfLargest(values: readonly number[], count: number): number {
  const largest = [...values].sort((a, b) => b - a).slice(0, count);
  return largest.reduce((sum, value) => sum + value, 0) / Math.max(1, largest.length);
}
