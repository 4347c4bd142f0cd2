import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import type { KeyForEntry, TenantStore } from "@lilux/database";
import type { PersonRecord, Tenant, TenantRecord } from "@lilux/protocol";
import type { Part } from "@lilux/runtime";
import { LRUCache } from "lru-cache";

/** How often it is asked whether anything changed; a revoked key is refused after this and one look. */
export const LOOK_EVERY_MS = 1_000;
/** How long what is known counts while the database does not answer: nobody can revoke there meanwhile. */
const KNOWN_FOR_MS = 60_000;
const ENTRIES_MAX = 20_000;
/** Of names that nobody has. Whoever makes them up needs no credential, so they are held apart. */
const ABSENT_MAX = 1_000;

/**
 * Who is let in, as the database has it, held in memory until something changes. One small question a
 * second finds that out, whoever changed it; then everything is looked up anew. Rejects with
 * `database_unavailable` for whom it does not know while the database is away, and for everybody
 * once that has lasted a minute.
 */
export interface Directory {
  key(keyId: string): Promise<KeyForEntry | undefined>;
  tenant(tenant: Tenant): Promise<TenantRecord | undefined>;
  tenantsOfIssuer(issuer: string): Promise<TenantRecord[]>;
  person(tenant: Tenant, person: string): Promise<PersonRecord | undefined>;
  /** Looks now. What this gateway changed itself counts when this has resolved. */
  refresh(): Promise<void>;
  /** Called after each look, whether or not something changed: time passes, too. */
  onLook(listener: () => void): void;
  readonly part: Part;
}

export interface DirectoryDeps {
  store: Pick<TenantStore, "revision" | "keyForEntry" | "tenant" | "tenantsOfIssuer" | "person">;
  clock: Clock;
  logger: Pick<Log, "warn">;
}

export function createDirectory({ store, clock, logger }: DirectoryDeps): Directory {
  const entries = new LRUCache<string, { value: unknown }>({ max: ENTRIES_MAX });
  const absent = new LRUCache<string, true>({ max: ABSENT_MAX });
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  let revision: number | undefined;
  let seenAt = clock.monotonic();
  /** Whoever asked before a change may be told of what was before it, and nobody after. */
  let generation = 0;

  function forget(): void {
    generation += 1;
    entries.clear();
    absent.clear();
  }

  async function held<T>(name: string, load: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = entries.get(name);
    if (known !== undefined) return known.value as T;
    if (absent.get(name)) return undefined;
    const asked = generation;
    const value = await load();
    if (asked !== generation) return value;
    if (value === undefined) absent.set(name, true);
    else entries.set(name, { value });
    return value;
  }

  /** An issuer of nobody's is nobody's name. */
  async function ofIssuer(issuer: string): Promise<TenantRecord[] | undefined> {
    const found = await store.tenantsOfIssuer(issuer);
    return found.length === 0 ? undefined : found;
  }

  async function refresh(): Promise<void> {
    try {
      const now = await store.revision();
      seenAt = clock.monotonic();
      if (now !== revision) forget();
      revision = now;
    } catch (error) {
      if (clock.monotonic() - seenAt > KNOWN_FOR_MS) forget();
      throw error;
    } finally {
      for (const listener of listeners) listener();
    }
  }

  async function keepLooking(): Promise<void> {
    let isAway = false;
    while (!stopping.signal.aborted) {
      await refresh().then(
        () => {
          isAway = false;
        },
        (err: unknown) => {
          if (!isAway) logger.warn({ err }, "the tenants' database does not answer");
          isAway = true;
        },
      );
      await clock.sleep(LOOK_EVERY_MS, stopping.signal);
    }
  }

  return {
    key: (keyId) => held(`key ${keyId}`, () => store.keyForEntry(keyId)),
    tenant: (tenant) => held(`tenant ${tenant}`, () => store.tenant(tenant)),
    tenantsOfIssuer: async (issuer) =>
      (await held(`issuer ${issuer}`, () => ofIssuer(issuer))) ?? [],
    person: (tenant, person) =>
      held(`person ${tenant} ${person}`, () => store.person({ tenant, person })),
    refresh,
    onLook: (listener) => void listeners.add(listener),
    part: {
      name: "tenants",
      // Nobody waits for it here: those who need it are told when it is away.
      start: () => void keepLooking(),
      stop: () => stopping.abort(),
      dependency: () =>
        clock.monotonic() - seenAt > KNOWN_FOR_MS
          ? "the tenants' database does not answer"
          : undefined,
    },
  };
}
