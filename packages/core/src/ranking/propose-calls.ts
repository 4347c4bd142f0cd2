import { ITEM_TYPES, type ItemType } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { type ExtractedQuery, extractQueries } from "./extract-query.ts";
import type { ItemEvidence, LineEvidence, Proposal } from "./line-evidence.ts";
import type { LineReading } from "./line-reading.ts";
import { newIdOf } from "./new-id.ts";
import { loadSourcesOf } from "./possible-sources.ts";

/** A choice the model gives less than this is not proposed. */
const LOG_CHOICE_MIN = Math.log(0.04);
const ACTIONS_MAX = 2;
const SEARCH_SOURCES_MAX = 2;
const ID_CHARACTERS_MAX = 80;

/**
 * Every call a line may mean, the call to nothing among them: a search of each
 * plausible item type for each reading of the query, the creation of something
 * new, and a load and an execution of each item considered.
 */
export function proposeCalls({ reading, items, text }: LineEvidence): Proposal[] {
  const queries = extractQueries(reading);
  const creation = createdAs(newIdOf(text), queries);
  const types = ITEM_TYPES.filter((type) => reading.logItemType[type] > LOG_CHOICE_MIN);
  const actions = likely(reading.logAction, ACTIONS_MAX);
  const proposals: Proposal[] = [{ kind: "none", call: null }];
  for (const type of types) {
    for (const query of queries) proposals.push(...proposeSearches(reading, type, query));
    // What is created does not exist yet: its id comes from the line, not from the library.
    if (actions.includes("create")) proposals.push(...proposeCreations(type, creation));
  }
  for (const item of items) {
    proposals.push(...proposeLoads(reading, item));
    for (const action of actions) {
      if (action === "create") continue;
      const { item_type } = item.item;
      const call = { item_type, item_id: item.callId, action };
      proposals.push({ kind: "execute", call: { name: "execute", arguments: call }, item });
    }
  }
  return proposals;
}

function proposeSearches(reading: LineReading, type: ItemType, query: ExtractedQuery): Proposal[] {
  return likely(reading.logSearchSource, SEARCH_SOURCES_MAX).map((source) => {
    const base = { item_type: type, query: query.text };
    // `local` is what a search means when it names no source.
    const given = source === "local" ? base : { ...base, source };
    return { kind: "search", call: { name: "search", arguments: given }, query };
  });
}

interface Creation {
  id: string;
  query: ExtractedQuery;
}

/** An id that the line says outright is read from it; else the model says which words make it. */
function createdAs(said: string | undefined, queries: readonly ExtractedQuery[]): Creation[] {
  const [query] = queries;
  if (query === undefined) return [];
  const sure = { text: said ?? "", logProbability: 0, guessed: false };
  const id = said ?? splitIdentifier(query.text).join("_");
  const taken = said === undefined ? query : { ...query, ...sure };
  return id === "" ? [] : [{ id: id.slice(0, ID_CHARACTERS_MAX), query: taken }];
}

function proposeCreations(type: ItemType, creations: readonly Creation[]): Proposal[] {
  return creations.map(({ id, query }): Proposal => {
    const call = { item_type: type, item_id: id, action: "create" as const };
    return { kind: "create", call: { name: "execute", arguments: call }, query };
  });
}

function proposeLoads(reading: LineReading, item: ItemEvidence): Proposal[] {
  return loadSourcesOf(item.item.source, reading).map((source) => {
    const call = { item_type: item.item.item_type, item_id: item.callId, source };
    return { kind: "load", call: { name: "load", arguments: call }, item };
  });
}

/** The likeliest labels of one head, best first: always one, more only when plausible. */
function likely<L extends string>(logs: Readonly<Record<L, number>>, max: number): L[] {
  const labels = (Object.keys(logs) as L[]).sort((a, b) => logs[b] - logs[a]);
  return labels.filter((label, at) => at === 0 || logs[label] > LOG_CHOICE_MIN).slice(0, max);
}
