import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import { LiluxError, type TeachingState, type Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import type { Lease } from "./lease.ts";
import { type ItemText, isAuthored, type LibraryTexts } from "./library-texts.ts";
import { type TaughtBatch, type TeachBatchDeps, teachBatch } from "./teach-batch.ts";

export interface TeacherDeps extends TeachBatchDeps {
  library(tenant: Tenant): Promise<LibraryTexts | undefined>;
  /** Of all orchestrators one teaches a tenant's router. */
  lease: Lease;
  leaseKey(tenant: Tenant): string;
  itemsPerMinute: number;
  clock: Clock;
  logger: Log;
}

/** Teaches the routers of tenants in the background, item by item, for as long as there are items to teach. */
export interface Teacher {
  /** Begins with a tenant, or looks at once where it waits for nothing but items. */
  attend(tenant: Tenant): void;
  stateOf(tenant: Tenant): TeachingState;
  /** Resolves when what is in work has been left. */
  stop(): Promise<void>;
}

/** How long to wait, and for what. */
interface Pause {
  ms: number;
  state: TeachingState;
  /** A change of the library ends it. */
  wakes?: boolean;
}

/** Items of one request: an answer of their lines fits into what a small model writes at once. */
export const ITEMS_AT_ONCE = 4;
const TENANTS_MAX = 500;
const IDLE_MS = 60_000;
const NO_LIBRARY_MS = 5_000;
/** Whoever holds the lease keeps it up more often than it ends. */
const OTHERS_MS = 30_000;
const SETTLING_MS = 500;
const RETRY_MS = { first: 5_000, longest: 5 * 60_000 };
/** A text for which nothing of use was written so often is left alone, until it is another. */
const TRIES_MAX = 2;
const TRIED_MAX = 20_000;
/** After so many in a row the model is taken for one that cannot do it. */
const USELESS_MAX = 8;
const USELESS_MS = 60 * 60_000;

export function createTeacher(deps: TeacherDeps): Teacher {
  const { clock } = deps;
  const stopping = new AbortController();
  const pupils = new Map<Tenant, Pupil>();

  function open(tenant: Tenant): void {
    const pupil: Pupil = {
      tenant,
      state: { state: "working" },
      tried: new LRUCache({ max: TRIED_MAX }),
      useless: 0,
      retryMs: RETRY_MS.first,
      wake: () => undefined,
      done: Promise.resolve(),
    };
    pupils.set(tenant, pupil);
    pupil.done = attendTo(pupil);
  }

  async function attendTo(pupil: Pupil): Promise<void> {
    while (!stopping.signal.aborted) {
      const pause = await nextStep(deps, pupil, stopping.signal);
      tellChange(deps.logger, pupil, pause.state);
      pupil.state = pause.state;
      const awake = new AbortController();
      if (pause.wakes === true) pupil.wake = () => awake.abort();
      await clock.sleep(pause.ms, AbortSignal.any([stopping.signal, awake.signal]));
      pupil.wake = () => undefined;
      // What was announced is in our copy of the library in a moment; and who edits saves more than once.
      if (awake.signal.aborted) await clock.sleep(SETTLING_MS, stopping.signal);
    }
  }

  return {
    attend(tenant) {
      const pupil = pupils.get(tenant);
      if (pupil !== undefined) pupil.wake();
      else if (pupils.size < TENANTS_MAX && !stopping.signal.aborted) open(tenant);
    },
    stateOf: (tenant) => pupils.get(tenant)?.state ?? { state: "off" },
    async stop() {
      stopping.abort(new LiluxError("shutting_down"));
      await Promise.all([...pupils.values()].map(({ done }) => done));
      for (const tenant of pupils.keys()) await deps.lease.leave(deps.leaseKey(tenant));
    },
  };
}

interface Pupil {
  tenant: Tenant;
  state: TeachingState;
  /** How often nothing of use was written for a text. */
  tried: LRUCache<string, number>;
  /** Items in a row for which nothing of use was written. */
  useless: number;
  retryMs: number;
  wake(): void;
  done: Promise<void>;
}

/** Teaches the next items, the oldest first; never rejects. */
async function nextStep(deps: TeacherDeps, pupil: Pupil, signal: AbortSignal): Promise<Pause> {
  try {
    const pause = await teachNext(deps, pupil, signal);
    pupil.retryMs = RETRY_MS.first;
    return pause;
  } catch (error) {
    const { code, message, details } = LiluxError.from(error);
    const asked = Number(details?.["retryAfterMs"] ?? 0);
    const ms = Math.max(asked, pupil.retryMs);
    pupil.retryMs = Math.min(2 * pupil.retryMs, RETRY_MS.longest);
    if (code === "budget_exhausted") pupil.retryMs = RETRY_MS.first;
    return { ms, state: { state: "waiting", reason: message } };
  }
}

async function teachNext(deps: TeacherDeps, pupil: Pupil, signal: AbortSignal): Promise<Pause> {
  const { tenant } = pupil;
  if (!(await deps.lease.hold(deps.leaseKey(tenant)))) {
    return { ms: OTHERS_MS, state: { state: "waiting", reason: "Another orchestrator teaches." } };
  }
  const library = await deps.library(tenant);
  if (library === undefined) {
    const reason = "The library is not known yet.";
    return { ms: NO_LIBRARY_MS, state: { state: "waiting", reason } };
  }
  const entries = await nextEntries(deps, pupil, library);
  if (entries.length === 0) return { ms: IDLE_MS, wakes: true, state: { state: "idle" } };
  noteOutcome(pupil, await teachBatch(deps, { tenant, library, entries, signal }));
  if (pupil.useless >= USELESS_MAX) {
    pupil.useless = 0;
    const reason =
      "The language model writes nothing of use for the items. See `lilux library teach --dry-run`.";
    return { ms: USELESS_MS, state: { state: "waiting", reason } };
  }
  const ms = (entries.length * 60_000) / deps.itemsPerMinute;
  return { ms, state: { state: "working" } };
}

async function nextEntries(
  { taught }: TeacherDeps,
  { tenant, tried }: Pupil,
  library: LibraryTexts,
): Promise<ItemText[]> {
  const book = await taught.of(tenant);
  const found = new Map<string, ItemText>();
  for (const text of library.entries()) {
    if (found.size === ITEMS_AT_ONCE) break;
    const { textHash } = text;
    const isKnown = book.of(textHash) !== undefined || book.isForgotten(textHash);
    const isGivenUp = (tried.get(textHash) ?? 0) >= TRIES_MAX;
    if (!isKnown && !isGivenUp && !isAuthored(text)) found.set(textHash, text);
  }
  return [...found.values()];
}

function noteOutcome(pupil: Pupil, { items }: TaughtBatch): void {
  for (const { entry, kept } of items) {
    if (!kept) pupil.tried.set(entry.textHash, (pupil.tried.get(entry.textHash) ?? 0) + 1);
    pupil.useless = kept ? 0 : pupil.useless + 1;
  }
}

/** A line when it begins, ends or has to wait, and none for each batch. */
function tellChange(logger: Log, { tenant, state: before }: Pupil, after: TeachingState): void {
  if (before.state === after.state && before.reason === after.reason) return;
  const { state, reason } = after;
  if (state === "waiting") logger.warn({ tenant, reason }, "teaching waits");
  else logger.info({ tenant, state }, "teaching");
}
