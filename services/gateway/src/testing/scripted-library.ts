import { digestCall } from "@lilux/core/calls";
import {
  type ExecuteEvent,
  type ExecuteRequest,
  type ExecuteResult,
  type ItemSummary,
  LiluxError,
  type LoadRequest,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";

export interface ScriptedLibrary {
  kiwi: Pick<KiwiApi, "search" | "load" | "execute" | "listItems">;
  /** Every execute that reached the library, also those that it refused. */
  asked: ExecuteRequest[];
  /** Those that ran. */
  ran: ExecuteRequest[];
  /** Loads that were answered. */
  loads: LoadRequest[];
  /** Ids of calls that ended because their caller let go. */
  aborted: string[];
  items: Map<string, ItemSummary[]>;
}

/**
 * A library in memory that keeps the tool core's promises: tenants apart,
 * destructive calls only with a confirmation of their exact arguments, a call id
 * at most once. `slow` tells its progress and then works until it is stopped.
 */
export function scriptedLibrary(items: Record<string, ItemSummary[]>): ScriptedLibrary {
  const library: ScriptedLibrary = {
    asked: [],
    ran: [],
    loads: [],
    aborted: [],
    items: new Map(Object.entries(items)),
    kiwi: {
      search: async ({ tenant, arguments: { item_type, query, source = "local" } }) => {
        const found = itemsOf(tenant).filter(
          (item) => item.item_type === item_type && item.name.includes(query),
        );
        const results = found.map((item) => ({ ...item, score: 1, why: [query] }));
        return { query, source, results, total: results.length };
      },
      load: async (request) => {
        const { tenant, arguments: given } = request;
        const { item_type, item_id } = given;
        if (given.destination !== undefined && request.by !== "person") {
          requireYes(request, digestCall({ name: "load", arguments: given }));
        }
        library.loads.push(request);
        const item = itemOf(tenant, item_type, item_id);
        const nothing = { permissions: [], steps: [], outputs: {}, model_class: null };
        const path = `${item_type}s/${item.qualified_id}`;
        return { item, mode: "read_only", path, content: `text of ${item_id}`, ...nothing };
      },
      listItems: async ({ tenant }) => ({ version: "1", items: itemsOf(tenant), broken: [] }),
      execute: (request, options) => execute(request, options?.signal),
    },
  };
  const results = new Map<string, ExecuteResult>();
  const nonces = new Set<string>();

  /** As the tool core: a yes is the nonce of a question, good once. */
  function requireYes({ confirmation }: ExecuteRequest | LoadRequest, callDigest: string): void {
    const isAnswered = nonces.delete(confirmation?.nonce ?? "");
    if (isAnswered && confirmation?.callDigest === callDigest) return;
    const nonce = `nonce-${Math.random()}`;
    nonces.add(nonce);
    const details = { callDigest, nonce, why: "It can do damage." };
    throw new LiluxError("confirm_required", { details });
  }

  function itemsOf(tenant: string): ItemSummary[] {
    return library.items.get(tenant) ?? [];
  }

  function itemOf(tenant: string, item_type: string, item_id: string): ItemSummary {
    const item = itemsOf(tenant).find(
      (one) => one.item_type === item_type && one.qualified_id === item_id,
    );
    if (item !== undefined) return item;
    throw new LiluxError("item_not_found", { message: `There is no ${item_type} ${item_id}.` });
  }

  async function* execute(
    request: ExecuteRequest,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ExecuteEvent> {
    library.asked.push(request);
    const { tenant, callId, arguments: call } = request;
    const { item_type, item_id, action } = call;
    const item = itemOf(tenant, item_type, item_id);
    const callDigest = digestCall({ name: "execute", arguments: call });
    const isDestructive = action === "delete" || item.effect === "destructive";
    if (isDestructive && !results.has(`${tenant}/${callId}`)) requireYes(request, callDigest);
    const key = `${tenant}/${callId}`;
    const known = results.get(key);
    if (known === undefined) {
      library.ran.push(request);
      yield { type: "progress", text: "half way" };
      if (item_id === "slow") await untilLetGo(callId, signal);
    }
    const data = { echoed: call.parameters ?? {} };
    const metadata = { durationMs: 1 };
    const result: ExecuteResult = known ?? {
      status: "success",
      item_type,
      item_id,
      action,
      data,
      metadata,
    };
    results.set(key, result);
    yield { type: "result", result };
  }

  async function untilLetGo(callId: string, signal: AbortSignal | undefined): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => {
      library.aborted.push(callId);
      reject(LiluxError.from(signal?.reason));
    };
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
    return promise;
  }

  return library;
}

export function itemNamed(
  qualified_id: string,
  { item_type = "script", ...more }: Partial<ItemSummary> = {},
): ItemSummary {
  const item_id = qualified_id.split("/").at(-1) ?? qualified_id;
  return {
    item_type,
    item_id,
    qualified_id,
    name: item_id,
    description: `What ${item_id} does`,
    category: qualified_id.split("/").slice(0, -1).join("/"),
    source: "project",
    version: "1.0.0",
    tags: [],
    inputs: [],
    effect: "write",
    content_hash: "0".repeat(64),
    ...more,
  };
}
