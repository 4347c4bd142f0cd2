import type { Clock } from "@lilux/core/async";
import { createKeptPlace, createWeightedQueue } from "@lilux/core/fairness";
import { LiluxError } from "@lilux/protocol";

/** Why a model is asked. A doubtful call waits on a verdict, a person on an answer, and nobody on an explanation, or on lessons. */
export type Purpose = "verify" | "converse" | "explain" | "teach";

export interface AdmissionRequest {
  tenant: string;
  purpose: Purpose;
  /** Of prompt and answer together, as far as they are known. */
  tokens: number;
  /** 2 is served twice as much as 1. */
  weight: number;
  /** How many of this tenant may run at once; all that fit, when it is not said. */
  tenantRunningMax?: number | undefined;
  /** How long it may wait. */
  waitMs: number;
}

export interface Place {
  /** Gives it back; the tokens that were really used move the tenant's next turn. Once is enough. */
  leave(tokensUsed?: number): void;
}

/** The places of one pool of servers, shared fairly by tenants. */
export interface Admission {
  /**
   * Resolves once there is a place. Throws `overloaded`, with how long to wait,
   * when none came free in time; of what nobody waits for, when none is free at once.
   */
  enter(request: AdmissionRequest, signal: AbortSignal): Promise<Place>;
  running(): number;
  waiting(): number;
}

export interface AdmissionOptions {
  /** Requests that the servers take at once. */
  runningMax: number;
  clock: Clock;
  onWaited(purpose: Purpose, ms: number): void;
}

const TIER: Readonly<Record<Purpose, number>> = { verify: 0, converse: 1, explain: 2, teach: 3 };
/** Those that find no place free go away. */
const PATIENT: Readonly<Record<Purpose, boolean>> = {
  verify: true,
  converse: true,
  explain: false,
  teach: false,
};
/** More could not be served within anybody's patience. */
const WAITING_MAX = 1_000;
const RETRY_AFTER_MS = 1_000;

interface Waiter {
  request: AdmissionRequest;
  admit(): void;
}

export function createAdmission({ runningMax, clock, onWaited }: AdmissionOptions): Admission {
  const queue = createWeightedQueue<Waiter>();
  const runningOf = new Map<string, number>();
  let running = 0;
  const kept = createKeptPlace({ placesMax: runningMax, now: clock.monotonic });

  const isKept = (tenant: string): boolean =>
    kept.isKeptFrom({ all: running, own: runningOf.get(tenant) ?? 0 });

  const isFull = ({ tenant, tenantRunningMax = runningMax }: AdmissionRequest): boolean =>
    (runningOf.get(tenant) ?? 0) >= tenantRunningMax;

  function count(tenant: string, change: 1 | -1): void {
    running += change;
    const own = (runningOf.get(tenant) ?? 0) + change;
    if (own === 0) runningOf.delete(tenant);
    else runningOf.set(tenant, own);
  }

  /** Who waits only for places of its own tenant lets others pass. */
  function admitNext(): void {
    while (running < runningMax) {
      const next = queue.shift(({ request }) => !isFull(request) && !isKept(request.tenant));
      if (next === undefined) return;
      count(next.request.tenant, 1);
      next.admit();
    }
  }

  function refuse(): never {
    const details = { limit: "model_requests", retryAfterMs: RETRY_AFTER_MS };
    const message = "The language model has more to do than it can. Try again shortly.";
    throw new LiluxError("overloaded", { message, details });
  }

  return {
    running: () => running,
    waiting: () => queue.size,
    async enter(request, signal) {
      const { tenant, purpose, tokens, weight } = request;
      if (signal.aborted) throw LiluxError.from(signal.reason);
      const askedAt = clock.monotonic();
      // No place is kept for what nobody waits for.
      if (purpose !== "teach") kept.note(tenant);
      const hasPlace = running < runningMax && !isFull(request) && !isKept(tenant);
      const isCrowded = !hasPlace || queue.size > 0;
      if (isCrowded && (!PATIENT[purpose] || queue.size >= WAITING_MAX)) refuse();
      const admitted = Promise.withResolvers<void>();
      let isAdmitted = false;
      const waiter: Waiter = {
        request,
        admit() {
          isAdmitted = true;
          admitted.resolve();
        },
      };
      const flow = { tier: TIER[purpose], flow: tenant, weight };
      queue.push({ ...flow, cost: tokens, item: waiter });
      admitNext();
      if (!isAdmitted) await waitFor(admitted.promise, { clock, ms: request.waitMs, signal });
      // An admission that came with the deadline is one.
      if (!isAdmitted) {
        queue.remove(waiter);
        if (signal.aborted) throw LiluxError.from(signal.reason);
        refuse();
      }
      onWaited(purpose, clock.monotonic() - askedAt);
      let left = false;
      return {
        leave(tokensUsed = tokens) {
          if (left) return;
          left = true;
          count(tenant, -1);
          queue.correct(flow, tokensUsed - tokens);
          admitNext();
        },
      };
    },
  };
}

async function waitFor(
  admitted: Promise<void>,
  { clock, ms, signal }: { clock: Clock; ms: number; signal: AbortSignal },
): Promise<void> {
  const done = new AbortController();
  const expiry = clock.sleep(ms, AbortSignal.any([signal, done.signal]));
  await Promise.race([admitted, expiry]);
  done.abort();
}
