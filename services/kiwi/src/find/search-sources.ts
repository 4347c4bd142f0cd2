import { deadlineSignal } from "@lilux/core/async";
import {
  LiluxError,
  type SearchArguments,
  type SearchHit,
  type SearchResult,
  type Tenant,
} from "@lilux/protocol";
import type { Library } from "../library/library.ts";
import type { Registry } from "../registry/registry.ts";
import type { RegistryAnswer } from "../registry/search-registry.ts";
import type { FindItems } from "./find-items.ts";
import { searchItems } from "./search-items.ts";

export interface SearchDeps {
  tenant: Tenant;
  library: () => Promise<Library>;
  registry: Registry;
  find: FindItems;
  signal: AbortSignal;
  traceparent?: string | undefined;
  /** What the answer does without. */
  onFault(error: unknown): void;
}

const LIMIT_DEFAULT = 10;
/** How long a search everywhere waits for the registry: the local answer is there already. */
const REGISTRY_MS = 2_000;

/**
 * Searches where it is told to. A search everywhere answers without the registry
 * when that does not answer, and says so in `warnings`.
 */
export async function searchSources(
  { tenant, library, registry, find, signal, traceparent, onFault }: SearchDeps,
  given: SearchArguments,
): Promise<SearchResult> {
  const { item_type, query, source = "local", limit = LIMIT_DEFAULT } = given;
  const question = { tenant, item_type, query, limit };
  if (source === "registry") return { query, source, ...(await registry.search(question, signal)) };
  const call = { tenant, signal, traceparent };
  const local = await searchItems({ library: await library(), find, call }, given);
  if (source === "local") return local;
  try {
    const answer = await registry.search(question, deadlineSignal(REGISTRY_MS, signal));
    return merge(local, answer, limit);
  } catch (error) {
    if (signal.aborted) throw error;
    onFault(error);
    return { ...local, warnings: [`Without the registry: ${LiluxError.from(error).message}`] };
  }
}

/** By score; at equal scores what is already here comes first. */
function merge(local: SearchResult, answer: RegistryAnswer, limit: number): SearchResult {
  const results: SearchHit[] = [...local.results, ...answer.results];
  results.sort((a, b) => b.score - a.score);
  return { ...local, results: results.slice(0, limit), total: local.total + answer.total };
}
