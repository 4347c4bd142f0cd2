import { type ContextStore, keys } from "@lilux/context-store";
import { type Clock, finishWithin } from "@lilux/core/async";
import { createParser, type Tenant, WarmContext } from "@lilux/protocol";
import { LRUCache } from "lru-cache";

export type ContextOutcome = "near" | "store" | "missing" | "unavailable" | "late";

export interface ContextRead {
  /** Undefined when there is none, or none that still holds. */
  context: WarmContext | undefined;
  outcome: ContextOutcome;
}

export interface NearContextOptions {
  /** How long a prediction waits for the store. */
  waitMs: number;
  sessionsMax: number;
  /** An entry is read again after so long, since an announcement may be lost. */
  entryTtlMs: number;
}

export interface NearContextDeps {
  store: ContextStore;
  clock: Clock;
}

export interface NearContext {
  read(tenant: Tenant, session: string): Promise<ContextRead>;
  /** Something newer was announced: forget what is held. */
  invalidate(tenant: Tenant, session: string): void;
}

/** How long a store that did not answer is not asked again for the same session. */
const UNAVAILABLE_TTL_MS = 250;

interface Entry {
  context: WarmContext | undefined;
  outcome: "near" | "missing" | "unavailable";
  readAt: number;
}

const parser = createParser(WarmContext, "warm context");

/**
 * Warm contexts close at hand. A read that must go to the store waits for it no
 * longer than `waitMs`; an answer that comes later still serves the next read,
 * unless the session was invalidated meanwhile. Never rejects.
 */
export function createNearContext(options: NearContextOptions, deps: NearContextDeps): NearContext {
  const entries = new LRUCache<string, Entry>({ max: options.sessionsMax });
  const reading = new Map<string, Promise<Entry>>();
  /** Rises with each invalidation, so that a read begun before one is not kept. */
  const generations = new LRUCache<string, number>({ max: options.sessionsMax });

  function heldEntry(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    const ttlMs = entry.outcome === "unavailable" ? UNAVAILABLE_TTL_MS : options.entryTtlMs;
    return deps.clock.monotonic() - entry.readAt < ttlMs ? entry : undefined;
  }

  function fetchEntry(key: string): Promise<Entry> {
    const running = reading.get(key);
    if (running !== undefined) return running;
    const generation = generations.get(key) ?? 0;
    const fetched = readStore(key, deps).then((entry) => {
      if (reading.get(key) === fetched) reading.delete(key);
      if ((generations.get(key) ?? 0) === generation) entries.set(key, entry);
      return entry;
    });
    reading.set(key, fetched);
    return fetched;
  }

  return {
    async read(tenant, session) {
      const key = keys.context(tenant, session);
      const held = heldEntry(key);
      if (held !== undefined) return answerOf(held, held.outcome, deps.clock.unix());
      const fetching = fetchEntry(key);
      const isInTime = await finishWithin(fetching, options.waitMs);
      if (!isInTime) return { context: undefined, outcome: "late" };
      const fetched = await fetching;
      const outcome = fetched.outcome === "near" ? "store" : fetched.outcome;
      return answerOf(fetched, outcome, deps.clock.unix());
    },
    invalidate(tenant, session) {
      const key = keys.context(tenant, session);
      entries.delete(key);
      reading.delete(key);
      generations.set(key, (generations.get(key) ?? 0) + 1);
    },
  };
}

function answerOf(entry: Entry, outcome: ContextOutcome, now: number): ContextRead {
  const holds = entry.context !== undefined && entry.context.expiresAt > now;
  return { context: holds ? entry.context : undefined, outcome };
}

async function readStore(key: string, { store, clock }: NearContextDeps): Promise<Entry> {
  const read = await store.get(key);
  const readAt = clock.monotonic();
  switch (read.state) {
    case "found":
      return parser.is(read.value)
        ? { context: read.value, outcome: "near", readAt }
        : { context: undefined, outcome: "unavailable", readAt };
    case "missing":
      return { context: undefined, outcome: "missing", readAt };
    case "unavailable":
      return { context: undefined, outcome: "unavailable", readAt };
  }
}
