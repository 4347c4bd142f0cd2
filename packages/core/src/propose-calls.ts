import {
  type ExecuteAction,
  ITEM_TYPES,
  type ItemSource,
  type SearchSource,
} from "@lilux/protocol";
import type { ItemEvidence, LineEvidence, Proposal } from "./call-features.ts";
import { extractQueries } from "./extract-query.ts";
import type { LineReading } from "./line-reading.ts";

/** A choice the model gives less than this is not proposed. */
const LOG_CHOICE_MIN = Math.log(0.04);
const ACTIONS_MAX = 2;

/**
 * Every call a line may mean, the call to nothing among them: a search of each
 * plausible item type for each reading of the query, and a load and an
 * execution of each item considered.
 */
export function proposeCalls({ reading, items }: LineEvidence): Proposal[] {
  const proposals: Proposal[] = [{ kind: "none", call: null }];
  proposals.push(...proposeSearches(reading));
  const actions = likely(reading.logAction, ACTIONS_MAX) as (typeof ACTIONS)[number][];
  for (const item of items) {
    proposals.push(proposeLoad(item));
    for (const action of actions) {
      const { item_type } = item.item;
      const call = { item_type, item_id: item.callId, action };
      proposals.push({ kind: "execute", call: { name: "execute", arguments: call }, item });
    }
  }
  return proposals;
}

const ACTIONS = ["run", "create", "update", "delete", "publish"] as const satisfies ExecuteAction[];

function proposeSearches(reading: LineReading): Proposal[] {
  const source = likely(reading.logSearchSource, 1)[0] as SearchSource | undefined;
  const queries = extractQueries(reading);
  return ITEM_TYPES.filter((type) => reading.logItemType[type] > LOG_CHOICE_MIN).flatMap((type) =>
    queries.map((query): Proposal => {
      const base = { item_type: type, query: query.text };
      // `local` is what a search means when it names no source.
      const given = source === undefined || source === "local" ? base : { ...base, source };
      return { kind: "search", call: { name: "search", arguments: given }, query };
    }),
  );
}

function proposeLoad(item: ItemEvidence): Proposal {
  const source: ItemSource = item.item.source;
  const call = { item_type: item.item.item_type, item_id: item.callId, source };
  return { kind: "load", call: { name: "load", arguments: call }, item };
}

/** The likeliest labels of one head, best first: always one, more only when plausible. */
function likely<L extends string>(logs: Readonly<Record<L, number>>, max: number): L[] {
  const labels = (Object.keys(logs) as L[]).sort((a, b) => logs[b] - logs[a]);
  return labels.filter((label, at) => at === 0 || logs[label] > LOG_CHOICE_MIN).slice(0, max);
}
