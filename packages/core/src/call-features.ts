import type { Call, ItemSummary, ItemType } from "@lilux/protocol";
import type { ExtractedQuery } from "./extract-query.ts";
import type { ItemMention } from "./item-mention.ts";
import type { LineReading } from "./line-reading.ts";

/** An item that a line may mean, with everything that speaks for it. */
export interface ItemEvidence {
  /** `item_type:qualified_id`. */
  key: string;
  item: Pick<ItemSummary, "item_type" | "source" | "effect">;
  /** The id a call names it by: bare when that is unambiguous. */
  callId: string;
  /** Of line and item embedding; undefined while the item is not embedded. */
  cosine: number | undefined;
  /** The lexical index's score, 0 to 1. */
  lexical: number;
  mention: ItemMention;
  /** The score the context warmer gave it, 0 when it is not among the warm ones. */
  warm: number;
  /** It is what the line before was about. */
  isPrevious: boolean;
}

/** What the features of all of a line's candidates have in common. */
export interface LineEvidence {
  reading: LineReading;
  /** Trimmed. */
  text: string;
  /** The last word may still be growing. */
  lastOpen: boolean;
  hasPrevious: boolean;
  /** Every item considered. */
  items: readonly ItemEvidence[];
}

/** A call that may be meant; `call` is null for "no call". */
export type Proposal =
  | { kind: "none"; call: null }
  | { kind: "search"; call: Extract<Call, { name: "search" }>; query: ExtractedQuery }
  | { kind: "create"; call: Extract<Call, { name: "execute" }>; query: ExtractedQuery }
  | { kind: "load"; call: Extract<Call, { name: "load" }>; item: ItemEvidence }
  | { kind: "execute"; call: Extract<Call, { name: "execute" }>; item: ItemEvidence };

/**
 * The features a ranker weighs, in this order. Names are the contract with
 * training/router: a manifest's ranker lists the names it was fitted on. New
 * ones go at the end and never change their meaning.
 */
export const CALL_FEATURES = [
  "is_search",
  "is_load",
  "is_execute",
  "is_none",
  "log_primitive",
  "log_item_type",
  "log_action",
  "log_source",
  "log_query",
  "query_guessed",
  "log_item_share",
  "cosine",
  "cosine_margin",
  "lexical",
  "lexical_margin",
  "exact_id",
  "id_coverage",
  "warm",
  "previous_reference",
  "none_best_cosine",
  "none_best_lexical",
  "none_best_coverage",
  "none_dangling_reference",
  "none_log_words",
  "none_last_open",
  "search_best_cosine",
  "search_best_lexical",
  "search_exact_id",
  "search_log_words",
  "search_last_open",
  "load_knowledge",
  "execute_knowledge",
  "execute_log_words",
  "execute_last_open",
  "is_create",
  "create_best_coverage",
  "none_cosine_margin",
  "none_log_primitive",
  "search_log_primitive",
  "load_log_primitive",
  "none_top_share",
  "search_type_share",
  "query_open_word",
  "load_cosine",
  "load_lexical",
  "load_script",
  "execute_script",
  "none_log_search",
  "none_log_load",
  "none_log_execute",
  "none_log_run",
  "none_cosine_lift",
  "cosine_lift",
] as const;
export type CallFeature = (typeof CALL_FEATURES)[number];

const PLACE = Object.fromEntries(CALL_FEATURES.map((name, at) => [name, at])) as Readonly<
  Record<CallFeature, number>
>;

/**
 * How strongly evidence on one item counts against that on another, in
 * `log_item_share`: the cosine's scale is the inverse temperature of the
 * contrastive training, the others were set by hand.
 */
const SHARE = { cosine: 20, lexical: 3, exact: 2, coverage: 2, warm: 1, previous: 8 } as const;

/** What an item that is not embedded yet is taken for, from its lexical score. */
const SURROGATE = { base: 0.15, lexical: 0.5 } as const;

/** For an item type of which nothing is considered. */
const LOG_SHARE_MIN = -8;

/** Enough to tell one near item from a crowd of them. */
const USUAL_COSINES = 12;

interface Summary {
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
}

interface TopTwo {
  first: number;
  second: number;
}

/** The features of every proposal, each a row in the order of `CALL_FEATURES`. */
export function callFeatures(proposals: readonly Proposal[], line: LineEvidence): Float64Array[] {
  const summary = summarise(line);
  return proposals.map((proposal) => featuresOf(proposal, line, summary));
}

function featuresOf(proposal: Proposal, line: LineEvidence, summary: Summary): Float64Array {
  const row = new Float64Array(CALL_FEATURES.length);
  const set = (name: CallFeature, value: number): void => {
    row[PLACE[name]] = value;
  };
  const open = line.lastOpen ? 1 : 0;
  set("log_primitive", line.reading.logPrimitive[proposal.call?.name ?? "none"]);
  switch (proposal.kind) {
    case "none":
      set("is_none", 1);
      set("none_best_cosine", summary.cosines.first);
      set("none_best_lexical", summary.lexicals.first);
      set("none_best_coverage", summary.bestCoverage);
      set("none_dangling_reference", line.hasPrevious ? 0 : line.reading.reference);
      set("none_cosine_margin", summary.cosines.first - summary.cosines.second);
      set("none_log_primitive", line.reading.logPrimitive.none);
      set("none_top_share", summary.topLogShare);
      set("none_log_words", summary.logWords);
      set("none_last_open", open);
      set("none_log_search", line.reading.logPrimitive.search);
      set("none_log_load", line.reading.logPrimitive.load);
      set("none_log_execute", line.reading.logPrimitive.execute);
      set("none_log_run", line.reading.logAction.run);
      set("none_cosine_lift", summary.cosines.first - summary.usualCosine);
      return row;
    case "search": {
      const { item_type, source } = proposal.call.arguments;
      set("is_search", 1);
      set("log_item_type", line.reading.logItemType[item_type]);
      set("log_source", line.reading.logSearchSource[source ?? "local"]);
      set("log_query", proposal.query.logProbability);
      set("query_guessed", proposal.query.guessed ? 1 : 0);
      set("search_log_primitive", line.reading.logPrimitive.search);
      set("search_type_share", summary.logTypeShares.get(item_type) ?? LOG_SHARE_MIN);
      set("query_open_word", line.lastOpen && proposal.query.hasLastWord ? 1 : 0);
      set("search_best_cosine", summary.cosines.first);
      set("search_best_lexical", summary.lexicals.first);
      set("search_exact_id", summary.hasExact ? 1 : 0);
      set("search_log_words", summary.logWords);
      set("search_last_open", open);
      return row;
    }
    case "create":
      set("is_execute", 1);
      set("is_create", 1);
      set("log_item_type", line.reading.logItemType[proposal.call.arguments.item_type]);
      set("log_action", line.reading.logAction.create);
      set("log_query", proposal.query.logProbability);
      set("query_guessed", proposal.query.guessed ? 1 : 0);
      set("create_best_coverage", summary.bestCoverage);
      set("execute_log_words", summary.logWords);
      set("execute_last_open", open);
      return row;
    case "load":
      set("is_load", 1);
      set("log_source", line.reading.logLoadSource[proposal.call.arguments.source]);
      set("load_log_primitive", line.reading.logPrimitive.load);
      set("load_cosine", cosineOf(proposal.item));
      set("load_lexical", proposal.item.lexical);
      if (proposal.item.item.item_type === "knowledge") set("load_knowledge", 1);
      if (proposal.item.item.item_type === "script") set("load_script", 1);
      break;
    case "execute":
      set("is_execute", 1);
      set("log_action", line.reading.logAction[proposal.call.arguments.action]);
      if (proposal.item.item.item_type === "knowledge") set("execute_knowledge", 1);
      if (proposal.item.item.item_type === "script") set("execute_script", 1);
      set("execute_log_words", summary.logWords);
      set("execute_last_open", open);
      break;
  }
  setItemFeatures(set, proposal.item, line, summary);
  return row;
}

function setItemFeatures(
  set: (name: CallFeature, value: number) => void,
  item: ItemEvidence,
  line: LineEvidence,
  summary: Summary,
): void {
  const cosine = cosineOf(item);
  set("log_item_type", line.reading.logItemType[item.item.item_type]);
  set("log_item_share", summary.logShares.get(item) ?? 0);
  set("cosine", cosine);
  set("cosine_lift", cosine - summary.usualCosine);
  set("cosine_margin", marginOf(cosine, summary.cosines));
  set("lexical", item.lexical);
  set("lexical_margin", marginOf(item.lexical, summary.lexicals));
  set("exact_id", item.mention.exact ? 1 : 0);
  set("id_coverage", item.mention.coverage);
  set("warm", item.warm);
  set("previous_reference", item.isPrevious ? line.reading.reference : 0);
}

function summarise({ items, reading }: LineEvidence): Summary {
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
    SHARE.warm * item.warm +
    SHARE.previous * (item.isPrevious ? reference : 0)
  );
}

function cosineOf({ cosine, lexical }: ItemEvidence): number {
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

/** The lead over the best other; negative for all but the best. */
function marginOf(value: number, { first, second }: TopTwo): number {
  return value >= first ? value - second : value - first;
}
