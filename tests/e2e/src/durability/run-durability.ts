import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { type Mode, type Running, startMode } from "../start-mode.ts";
import { readStreams, type StoredStreams } from "./stored-streams.ts";
import { driveTraffic, type Witnessed } from "./traffic.ts";

const VICTIMS: Readonly<Record<Mode, readonly string[]>> = {
  embedded: ["lilux"],
  distributed: [
    "kiwi",
    "router",
    "context-warmer",
    "orchestrator",
    "gateway",
    "nats-server",
    "redis-server",
  ],
};
const PAIR_WITHIN_MS = 6_000;
const READY_WITHIN_MS = 60_000;
/** After the last fault; a turn that nobody runs has an end by then. */
const QUIET_WITHIN_MS = 90_000;

export interface DurabilityOptions {
  mode: Mode;
  seed: number;
  faults: number;
  /** Between one fault and the next. */
  everyMs: number;
  /** Of a few processes only, where time is short. */
  victims?: readonly string[];
  onFault?(text: string): void;
}

export interface DurabilityReport {
  mode: Mode;
  seed: number;
  faults: number;
  /** Faults that came while the process was just starting again. */
  inARow: number;
  accepted: number;
  abandoned: number;
  interrupted: number;
  resumes: Witnessed["resumed"];
  calls: Witnessed["calls"];
  violations: Violations;
}

/** Each of these is to be empty, or zero. */
export interface Violations {
  acceptedNotStored: string[];
  storedWithoutInteraction: string[];
  twoInteractions: string[];
  endNotTold: string[];
  sessionsLost: number;
  holesSeen: number;
  offsetsTwice: string[];
  callsTwice: number;
}

/**
 * Kills processes, two times in a row every third time, under people and callers
 * of whom some never come back; then compares what was told with what is stored.
 */
export async function runDurability(options: DurabilityOptions): Promise<DurabilityReport> {
  const { mode, seed } = options;
  const project = await temporaryDirectory();
  await mkdir(join(project.path, ".ai", "knowledge"), { recursive: true });
  const running = await startMode(mode, { project: project.path });
  const traffic = driveTraffic(running.url);
  try {
    const inARow = await inflict(running, traffic.abandon, options);
    await traffic.stop();
    const { witnessed } = traffic;
    const sessions = [...witnessed.sessions];
    const settled = async (): Promise<{ stored: StoredStreams; violations: Violations }> => {
      const stored = await readStreams(running, sessions);
      return { stored, violations: violationsIn(witnessed, stored) };
    };
    // Ends come late; what is still wrong after the time is reported as it is.
    await eventually(async () => isClean((await settled()).violations) || Promise.reject(), {
      withinMs: QUIET_WITHIN_MS,
      everyMs: 3_000,
    }).catch(() => undefined);
    const { stored, violations } = await settled();
    return {
      mode,
      seed,
      faults: options.faults,
      inARow,
      accepted: witnessed.accepted.size,
      abandoned: witnessed.abandoned.size,
      interrupted: stored.interactions.filter((one) => one.outcome === "interrupted").length,
      resumes: witnessed.resumed,
      calls: witnessed.calls,
      violations,
    };
  } finally {
    traffic.close();
    await running.stop();
    await project.remove();
  }
}

async function inflict(
  running: Running,
  abandon: () => Promise<void>,
  { mode, seed, faults, everyMs, victims = VICTIMS[mode], onFault }: DurabilityOptions,
): Promise<number> {
  const random = seeded(seed);
  let inARow = 0;
  for (let done = 0; done < faults; done += 1) {
    await untilReady(running.url);
    await pause(everyMs * (0.5 + random()));
    const victim = victims[Math.floor(random() * victims.length)] ?? "";
    await Promise.all([abandon(), abandon()]);
    const isPair = random() < 1 / 3 && done + 1 < faults;
    onFault?.(`kill -9 ${victim}${isPair ? ", twice" : ""}`);
    running.kill9(victim);
    if (!isPair) continue;
    const restarts = running.restarts(victim);
    await eventually(() => running.restarts(victim) > restarts, { withinMs: 20_000 });
    // While it starts, while its clients resume, or soon after.
    await pause(PAIR_WITHIN_MS * random());
    running.kill9(victim);
    done += 1;
    inARow += 1;
  }
  return inARow;
}

async function untilReady(url: string): Promise<void> {
  await eventually(
    async () => {
      const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) });
      if (!answer.ok) throw new Error(`not ready: ${answer.status}`);
    },
    { withinMs: READY_WITHIN_MS, everyMs: 100 },
  );
}

export function violationsIn(seen: Witnessed, stored: StoredStreams): Violations {
  const turnIds = new Set(stored.turns.map(({ turnId }) => turnId));
  const journalled = Map.groupBy(stored.interactions, ({ turnId }) => turnId);
  const returning = [...seen.accepted].filter((turnId) => !seen.abandoned.has(turnId));
  const twice = [...stored.events].filter(([, events]) => {
    const offsets = events.map(({ offset }) => offset);
    return new Set(offsets).size !== offsets.length;
  });
  return {
    acceptedNotStored: [...seen.accepted].filter((turnId) => !turnIds.has(turnId)),
    storedWithoutInteraction: [...turnIds].filter((turnId) => !journalled.has(turnId)),
    twoInteractions: [...journalled].flatMap(([turnId, all]) => (all.length > 1 ? turnId : [])),
    endNotTold: returning.filter((turnId) => !seen.ended.has(turnId)),
    sessionsLost: seen.resumed.lost,
    holesSeen: seen.holes,
    offsetsTwice: twice.map(([sessionId]) => sessionId),
    callsTwice: seen.calls.ranTwice,
  };
}

export function isClean(violations: Violations): boolean {
  return Object.values(violations).every((value) =>
    Array.isArray(value) ? value.length === 0 : value === 0,
  );
}

/** Mulberry32: the same faults for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
