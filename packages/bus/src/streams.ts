import type { StreamName } from "./bus.ts";

/** What each stream keeps, and for how long. Every stream has a bound. */
export interface StreamSettings {
  subjects: string[];
  maxAgeMs: number;
  maxBytes: number;
  maxMessagesPerSubject: number;
  /** How long an id is remembered. */
  duplicateWindowMs: number;
  /**
   * What a full stream does. `refuse`: nothing that was acknowledged goes before
   * its time; what comes is refused with `storage_full`, first of the tenants
   * that hold most. `drop-oldest`: the newest matter most. `share`: as that, but a tenant that
   * holds much of it is refused (`storage_full`) before anything of the others goes: where each
   * has as many subjects as it likes, so that no number of messages bounds it.
   */
  full: "refuse" | "drop-oldest" | "share";
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MIB = 1024 * 1024;

export const STREAMS: Readonly<Record<StreamName, StreamSettings>> = {
  /** Accepted turns. */
  TURNS: {
    subjects: ["lilux.v1.*.turn.*"],
    maxAgeMs: 7 * DAY,
    maxBytes: 1024 * MIB,
    maxMessagesPerSubject: 100_000,
    duplicateWindowMs: 10 * MINUTE,
    full: "refuse",
  },
  /** Finished turns and ratings, tomorrow's training data. A tenant has one subject: beyond its number it loses its own oldest. */
  INTERACTIONS: {
    subjects: ["lilux.v1.*.interaction"],
    maxAgeMs: 30 * DAY,
    maxBytes: 2048 * MIB,
    maxMessagesPerSubject: 250_000,
    duplicateWindowMs: 10 * MINUTE,
    full: "drop-oldest",
  },
  /** What the tool core decided. A tenant has one subject here too. */
  AUDIT: {
    subjects: ["lilux.v1.*.audit"],
    maxAgeMs: 30 * DAY,
    maxBytes: 1024 * MIB,
    maxMessagesPerSubject: 250_000,
    duplicateWindowMs: 10 * MINUTE,
    full: "drop-oldest",
  },
  /** What lines that were sent taught: embeddings and calls, and which item followed which; never texts. */
  LESSONS: {
    subjects: ["lilux.v1.*.lesson", "lilux.v1.*.habit"],
    maxAgeMs: 30 * DAY,
    maxBytes: 512 * MIB,
    maxMessagesPerSubject: 6_000,
    duplicateWindowMs: 10 * MINUTE,
    full: "drop-oldest",
  },
  /** What language models wrote for the texts of a tenant's items, and what of it was forgotten. */
  PHRASINGS: {
    subjects: ["lilux.v1.*.phrasing"],
    maxAgeMs: 365 * DAY,
    maxBytes: 1024 * MIB,
    maxMessagesPerSubject: 20_000,
    duplicateWindowMs: 10 * MINUTE,
    full: "drop-oldest",
  },
  /** Which models answer a tenant. The newest counts; the flywheel tells it again when it starts. */
  DEPLOYMENTS: {
    subjects: ["lilux.v1.*.deployment"],
    maxAgeMs: 365 * DAY,
    maxBytes: 512 * MIB,
    maxMessagesPerSubject: 4,
    duplicateWindowMs: 10 * MINUTE,
    full: "drop-oldest",
  },
  /** Which calls of the tool core have begun and what came of them, so that a call id is run once. */
  CALLS: {
    subjects: ["lilux.v1.*.call.*"],
    maxAgeMs: 30 * MINUTE,
    maxBytes: 256 * MIB,
    maxMessagesPerSubject: 2,
    duplicateWindowMs: 30 * MINUTE,
    full: "share",
  },
  /** What each session was sent, so that any gateway can resume it. */
  EVENTS: {
    subjects: ["lilux.v1.*.event.*"],
    maxAgeMs: 10 * MINUTE,
    maxBytes: 512 * MIB,
    maxMessagesPerSubject: 4_000,
    duplicateWindowMs: 2 * MINUTE,
    full: "share",
  },
};

/** What of a stream's bounds is to be otherwise. */
export type StreamLimits = Partial<Record<StreamName, Partial<StreamSettings>>>;

export function streamSettings(limits: StreamLimits = {}): Record<StreamName, StreamSettings> {
  const names = Object.keys(STREAMS) as StreamName[];
  const entries = names.map((name) => [name, { ...STREAMS[name], ...limits[name] }] as const);
  return Object.fromEntries(entries) as Record<StreamName, StreamSettings>;
}
