import type { Clock } from "@lilux/core/async";
import { type ExecuteResult, LiluxError, type Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";

/** A call that is about to run for the first time. Exactly one of the two must be called. */
export interface NewRun {
  kind: "new";
  /** What came of it, kept for repeats. */
  settle(outcome: Promise<ExecuteResult>): void;
  /** Nothing was done: a repeat may try again. */
  abandon(reason: unknown): void;
}

export interface KnownRun {
  kind: "known";
  result: Promise<ExecuteResult>;
}

export interface RecordedResults {
  /** Throws `invalid_request` when the id was used for other arguments. */
  begin(call: { tenant: Tenant; callId: string; digest: string }): NewRun | KnownRun;
  /** What a call came to, or comes to while it runs; undefined when it is not kept here. */
  find(call: { tenant: Tenant; callId: string }): Promise<ExecuteResult> | undefined;
}

interface Entry {
  digest: string;
  result: Promise<ExecuteResult>;
  /** Unix ms; infinite while it runs. */
  expiresAt: number;
  bytes: number;
}

export interface RecordBounds {
  resultsMax: number;
  bytesMax: number;
  keepMs: number;
  tenantsMax: number;
}

const BOUNDS: RecordBounds = {
  resultsMax: 1_000,
  bytesMax: 32 * 1024 * 1024,
  keepMs: 10 * 60_000,
  tenantsMax: 1_000,
};

/**
 * Remembers what calls came to, so that a repeated call id runs nothing: not
 * after a lost answer, and not while the first is still running. Bounded per
 * tenant by number, size and time; the oldest go first.
 */
export function createRecordedResults(
  clock: Pick<Clock, "monotonic">,
  bounds: RecordBounds = BOUNDS,
): RecordedResults {
  const tenants = new LRUCache<string, Map<string, Entry>>({ max: bounds.tenantsMax });

  function entriesOf(tenant: Tenant): Map<string, Entry> {
    const entries = tenants.get(tenant) ?? new Map<string, Entry>();
    tenants.set(tenant, entries);
    return entries;
  }

  function prune(entries: Map<string, Entry>): void {
    let bytes = 0;
    for (const entry of entries.values()) bytes += entry.bytes;
    for (const [callId, entry] of entries) {
      const over = entries.size > bounds.resultsMax || bytes > bounds.bytesMax;
      const isRunning = entry.expiresAt === Number.POSITIVE_INFINITY;
      if (isRunning || (!over && entry.expiresAt > clock.monotonic())) continue;
      entries.delete(callId);
      bytes -= entry.bytes;
    }
  }

  return {
    find({ tenant, callId }) {
      const entries = tenants.get(tenant);
      if (entries === undefined) return undefined;
      prune(entries);
      return entries.get(callId)?.result;
    },
    begin({ tenant, callId, digest }) {
      const entries = entriesOf(tenant);
      prune(entries);
      const known = entries.get(callId);
      if (known !== undefined) {
        if (known.digest !== digest) throw usedOtherwise();
        return { kind: "known", result: known.result };
      }
      const pending = Promise.withResolvers<ExecuteResult>();
      // Whoever repeats the call gets the error; nobody repeating it is no fault.
      pending.promise.catch(() => undefined);
      const expiresAt = Number.POSITIVE_INFINITY;
      const entry: Entry = { digest, result: pending.promise, expiresAt, bytes: 0 };
      entries.set(callId, entry);
      const finish = (bytes: number): void => {
        entry.bytes = bytes;
        entry.expiresAt = clock.monotonic() + bounds.keepMs;
        prune(entries);
      };
      return {
        kind: "new",
        settle(outcome) {
          pending.resolve(outcome);
          outcome.then((result) => finish(JSON.stringify(result).length)).catch(() => finish(0));
        },
        abandon(reason) {
          entries.delete(callId);
          pending.reject(reason);
        },
      };
    },
  };
}

export function usedOtherwise(): LiluxError {
  return new LiluxError("invalid_request", {
    message: "callId was already used for other arguments. Use a new callId.",
    details: { field: "callId" },
  });
}
