import type { Tenant } from "@lilux/protocol";
import { tenantOf } from "../room-for-tenant.ts";
import type { StreamSettings } from "../streams.ts";
import { createTenantUsage, type TenantUsage } from "../tenant-usage.ts";
import type { Place } from "./line-store.ts";

export interface IndexedEntry {
  sequence: number;
  at: number;
  subject: string;
  place: Place;
}

/** Which messages a stream holds, by place in the stream and by subject. */
export interface StreamIndex {
  add(entry: IndexedEntry): void;
  get(sequence: number): IndexedEntry | undefined;
  /** The next message after a place in the stream. */
  after(sequence: number): IndexedEntry | undefined;
  ofSubject(subject: string): IndexedEntry[];
  /** Takes out what is too old or too many, and returns it. */
  expire(now: number): IndexedEntry[];
  /** Takes out everything of a tenant, or what is older than this time (Unix ms), and returns it. */
  removeTenant(tenant: Tenant, before?: number): IndexedEntry[];
  /** Takes out everything of one segment. */
  removeSegment(segment: number): void;
  lastSequence(): number;
  /** Who holds how many bytes. */
  usage: Pick<TenantUsage, "of" | "all" | "total">;
  messages(): number;
  /** When the oldest was stored, in Unix ms. */
  oldestAt(): number | undefined;
  countOf(subject: string): number;
  /** The place of the last message stored before this time (Unix ms), 0 when there is none. */
  lastBefore(at: number): number;
}

type Limits = Pick<StreamSettings, "maxAgeMs" | "maxMessagesPerSubject">;

export function createStreamIndex(limits: Limits): StreamIndex {
  // Both keep the order of insertion, which is the order of the stream.
  const entries = new Map<number, IndexedEntry>();
  const bySubject = new Map<string, Set<number>>();
  const surplus: IndexedEntry[] = [];
  const usage = createTenantUsage();
  let last = 0;

  function remove(entry: IndexedEntry): void {
    if (!entries.delete(entry.sequence)) return;
    usage.take(tenantOf(entry.subject), entry.place.bytes);
    const places = bySubject.get(entry.subject);
    places?.delete(entry.sequence);
    if (places?.size === 0) bySubject.delete(entry.subject);
  }

  function oldest(): IndexedEntry | undefined {
    return entries.values().next().value;
  }

  return {
    add(entry) {
      last = Math.max(last, entry.sequence);
      entries.set(entry.sequence, entry);
      usage.add(tenantOf(entry.subject), entry.place.bytes);
      const places = bySubject.get(entry.subject) ?? new Set();
      bySubject.set(entry.subject, places.add(entry.sequence));
      if (places.size <= limits.maxMessagesPerSubject) return;
      const first = entries.get(places.values().next().value ?? 0);
      if (first === undefined) return;
      remove(first);
      surplus.push(first);
    },
    get: (sequence) => entries.get(sequence),
    after(sequence) {
      const first = oldest();
      if (first === undefined) return undefined;
      for (let next = Math.max(sequence + 1, first.sequence); next <= last; next += 1) {
        const entry = entries.get(next);
        if (entry !== undefined) return entry;
      }
      return undefined;
    },
    ofSubject(subject) {
      return [...(bySubject.get(subject) ?? [])].flatMap((sequence) => entries.get(sequence) ?? []);
    },
    expire(now) {
      const gone = surplus.splice(0);
      for (let first = oldest(); first !== undefined; first = oldest()) {
        if (now - first.at <= limits.maxAgeMs) break;
        remove(first);
        gone.push(first);
      }
      return gone;
    },
    removeTenant(tenant, before = Number.POSITIVE_INFINITY) {
      const gone = [...entries.values()].filter(
        ({ subject, at }) => at < before && tenantOf(subject) === tenant,
      );
      gone.forEach(remove);
      return gone;
    },
    removeSegment(segment) {
      // A map may lose entries while it is walked.
      for (const entry of entries.values()) {
        if (entry.place.segment > segment) break;
        remove(entry);
      }
    },
    lastSequence: () => last,
    usage,
    messages: () => entries.size,
    oldestAt: () => oldest()?.at,
    countOf: (subject) => bySubject.get(subject)?.size ?? 0,
    lastBefore(at) {
      let before = 0;
      for (const entry of entries.values()) {
        if (entry.at >= at) break;
        before = entry.sequence;
      }
      return before;
    },
  };
}
