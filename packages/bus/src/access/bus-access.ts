import type { StreamName } from "../bus.ts";
import { subjects } from "../subjects.ts";

/** What one service does on the bus, and nothing else. */
export interface BusAccess {
  /** Subjects it publishes, asks or appends on. */
  sends: readonly string[];
  /** Subjects it listens on; as a member of that queue only where one is named. */
  hears: readonly Heard[];
  /** Whether it answers what it hears: each message once, at the address the asker gave. */
  answers: boolean;
  /** Streams it reads back, one subject at a time. */
  reads: readonly StreamName[];
  /** Streams it works through, by its durable name. */
  consumes: readonly Consumed[];
  /** Streams it creates, brings to our limits, and deletes a tenant's messages of. Who may do that can make a stream take any subject. */
  keeps: readonly StreamName[];
}

export interface Heard {
  subject: string;
  queue?: string;
}

export interface Consumed {
  stream: StreamName;
  durable: string;
}

export type BusService = keyof typeof BUS_ACCESS;

const NOTHING: BusAccess = {
  sends: [],
  hears: [],
  answers: false,
  reads: [],
  consumes: [],
  keeps: [],
};

const ANY = "*";
const KEYSTROKES = [subjects.ofAll("keystroke"), subjects.keystrokesTo(ANY)];
const ROUTERS = { subject: subjects.replicas("router") };
const DEPLOYED = { subject: subjects.ofAllTenants("deployed") };
const GONE = { subject: subjects.ofAllTenants("gone") };
const LIBRARIES = { subject: subjects.ofAllTenants("library") };

/** One of a service's processes is asked, whichever it is. */
function deletionsOf(part: string): Heard {
  return { subject: subjects.deletions(part), queue: part };
}

/**
 * Which service may do what on the bus: the one table that users of NATS are
 * made from. A service that needs one more subject gets it here, where a
 * reviewer sees it. Streams belong to the gateway, which sees all that could be
 * made to flow into them anyway.
 */
export const BUS_ACCESS = {
  gateway: {
    sends: [
      ...KEYSTROKES,
      subjects.ofAll("turn"),
      subjects.ofAll("event"),
      subjects.ofAll("handover"),
      subjects.ofAll("turn-news"),
      subjects.ofAllTenants("approval"),
      subjects.ofAll("approval-answer"),
      subjects.ofAllTenants("interaction"),
      subjects.ofAllTenants("lesson"),
      subjects.ofAllTenants("habit"),
      subjects.ofAllTenants("learnt"),
      subjects.ofAllTenants("teach"),
      subjects.ofAllTenants("flywheel"),
      subjects.ofAllTenants("gone"),
      subjects.deletions(ANY),
    ],
    hears: [
      { subject: subjects.ofAll("handover") },
      { subject: subjects.ofAll("turn-news") },
      { subject: subjects.ofAllTenants("approval") },
      { subject: subjects.ofAll("approval-answer") },
      { subject: subjects.ofAll("context") },
      LIBRARIES,
      ROUTERS,
      DEPLOYED,
      GONE,
    ],
    answers: true,
    reads: ["TURNS", "EVENTS", "INTERACTIONS", "DEPLOYMENTS"],
    consumes: [
      { stream: "TURNS", durable: "turn-ends" },
      { stream: "INTERACTIONS", durable: "usage" },
      { stream: "AUDIT", durable: "usage-scripts" },
    ],
    keeps: [
      "TURNS",
      "INTERACTIONS",
      "AUDIT",
      "CALLS",
      "EVENTS",
      "LESSONS",
      "PHRASINGS",
      "DEPLOYMENTS",
    ],
  },
  router: {
    ...NOTHING,
    sends: [
      subjects.replicas("router"),
      subjects.ofAllTenants("lesson"),
      subjects.ofAllTenants("learnt"),
    ],
    hears: [
      { subject: subjects.ofAll("keystroke"), queue: "router" },
      { subject: subjects.keystrokesTo(ANY) },
      { subject: subjects.ofAllTenants("embed"), queue: "router" },
      { subject: subjects.ofAll("context") },
      { subject: subjects.ofAllTenants("learnt") },
      { subject: subjects.ofAllTenants("trial"), queue: "router" },
      DEPLOYED,
      LIBRARIES,
      GONE,
    ],
    answers: true,
    reads: ["LESSONS", "PHRASINGS", "DEPLOYMENTS"],
    consumes: [{ stream: "INTERACTIONS", durable: "router-lessons" }],
  },
  "context-warmer": {
    ...NOTHING,
    sends: [subjects.ofAll("context"), subjects.ofAllTenants("habit")],
    hears: [LIBRARIES, GONE, deletionsOf("context-warmer")],
    answers: true,
    reads: ["TURNS", "LESSONS"],
    consumes: [
      { stream: "TURNS", durable: "context-warmer" },
      { stream: "INTERACTIONS", durable: "context-warmer-ends" },
    ],
  },
  orchestrator: {
    ...NOTHING,
    sends: [
      ...KEYSTROKES,
      subjects.ofAllTenants("embed"),
      subjects.ofAllTenants("phrasing"),
      subjects.ofAllTenants("learnt"),
    ],
    hears: [
      LIBRARIES,
      ROUTERS,
      DEPLOYED,
      { subject: subjects.ofAllTenants("teach"), queue: "orchestrator" },
      GONE,
      deletionsOf("orchestrator"),
    ],
    answers: true,
    reads: ["PHRASINGS", "DEPLOYMENTS"],
  },
  flywheel: {
    ...NOTHING,
    sends: [
      subjects.ofAllTenants("trial"),
      subjects.ofAllTenants("deployment"),
      subjects.ofAllTenants("deployed"),
    ],
    hears: [
      { subject: subjects.ofAllTenants("flywheel"), queue: "flywheel" },
      deletionsOf("flywheel"),
    ],
    answers: true,
    consumes: [{ stream: "INTERACTIONS", durable: "flywheel" }],
  },
  kiwi: {
    ...NOTHING,
    sends: [
      subjects.ofAllTenants("library"),
      subjects.ofAllTenants("audit"),
      subjects.ofAllTenants("embed"),
      subjects.ofAll("call"),
    ],
    hears: [GONE, deletionsOf("kiwi")],
    answers: true,
    reads: ["CALLS"],
  },
} as const satisfies Readonly<Record<string, BusAccess>>;

export const BUS_SERVICES = Object.keys(BUS_ACCESS) as BusService[];

export function isBusService(name: string): name is BusService {
  return Object.hasOwn(BUS_ACCESS, name);
}
