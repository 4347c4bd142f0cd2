import { type Bus, createInProcessBus, subjects } from "@lilux/bus";
import { NO_SPANS } from "@lilux/core/telemetry";
import { DEFAULT_THRESHOLDS, type SessionEvent, type TurnEvent } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";
import fc from "fast-check";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { undividedCaller } from "../access/caller.ts";
import { createResumeTokens } from "../access/resume-tokens.ts";
import { createTenants } from "../admit/tenants.ts";
import { DEFAULT_LIMITS } from "../config.ts";
import { createGatewayMetrics } from "../metrics.ts";
import { createResumeSession } from "../resume/resume-session.ts";
import { failingEvents, killable } from "../testing/doomed-bus.ts";
import { acceptTurn } from "../turn/accept-turn.ts";
import { createInteractionJournal } from "../turn/interaction-journal.ts";
import type { Session } from "./session.ts";
import { createSessions } from "./sessions.ts";

/** What may happen to one session, in any order and any number of times. */
type Step =
  | { kind: "commit" }
  | { kind: "say" }
  | { kind: "call" }
  | { kind: "end" }
  /** From here on what happens is shown and not stored, until the gateway dies. */
  | { kind: "storing fails" }
  /** The gateway is killed; of what it showed last, so many events never reached the client. */
  | { kind: "crash"; unread: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>(
    { kind: "commit" },
    { kind: "say" },
    { kind: "call" },
    { kind: "end" },
    { kind: "storing fails" },
  ),
  fc.integer({ min: 0, max: 3 }).map((unread): Step => ({ kind: "crash", unread })),
);

const logger = createLogger({ service: "gateway", level: "silent" });
const SEARCH = { name: "search", arguments: { item_type: "script", query: "a" } } as const;

/** One gateway on the bus they share, from its start to its being killed. */
function startOne(shared: Bus, runTurn: RunTurn) {
  const doomed = killable(shared);
  const events = failingEvents(doomed.bus);
  const { bus } = events;
  const limits = { ...DEFAULT_LIMITS, textCoalesceMs: 0 };
  const metrics = createGatewayMetrics(new Registry());
  const journal = createInteractionJournal({ bus, metrics, settingsOf: () => ({}) });
  const now = Date.now;
  const sessions = createSessions({
    bus,
    limits,
    tenants: createTenants(limits, now),
    logger,
    now,
  });
  const news = { tell: () => undefined, isHeard: () => false };
  const approvals = undefined;
  const spans = NO_SPANS;
  const deps = { runTurn, journal, news, limits, metrics, logger, spans, now, bus, approvals };
  const tokens = createResumeTokens(Buffer.from("a secret of the tests"));
  const tenants = createTenants(DEFAULT_LIMITS, Date.now);
  const turnDeps = {
    tenants,
    ...deps,
    thresholdsOf: () => DEFAULT_THRESHOLDS,
  };
  const resume = createResumeSession({
    ...turnDeps,
    sessions,
    tokens,
    again: async (caller) => caller,
  });
  return { sessions, resume, tokens, turnDeps, failStoring: events.fail, kill: doomed.kill };
}

/** Turns that say what the test says, when it says so. */
function scripted() {
  const begun: string[] = [];
  const open = new Map<string, (event: TurnEvent) => void>();
  const runTurn: RunTurn = async function* ({ turn }, { signal }) {
    begun.push(turn.turnId);
    const queue: TurnEvent[] = [];
    let wake = (): void => undefined;
    open.set(turn.turnId, (event) => {
      queue.push(event);
      wake();
    });
    signal.addEventListener("abort", () => wake());
    while (!signal.aborted) {
      const event = queue.shift();
      if (event !== undefined) yield event;
      if (event?.type === "turn-end") return;
      if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { runTurn, begun, open };
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** One person's session through all of it. */
async function live(steps: readonly Step[]) {
  const shared = createInProcessBus();
  await shared.ready();
  const turns = scripted();
  let gateway = startOne(shared, turns.runTurn);
  let session: Session = gateway.sessions.open(testTenant("local"));
  const { sessionId } = session;
  /** What the client has, in the order it came. */
  let seen: SessionEvent[] = [];
  const recovered: boolean[] = [];
  let next = 1;

  const watch = (): void => {
    session.log.watch((events) => seen.push(...events.map(({ event }) => event)));
  };
  const tell = (event: Omit<TurnEvent, "turnId">): void => {
    for (const [turnId, push] of turns.open) push({ ...event, turnId } as TurnEvent);
    if (event.type === "turn-end") turns.open.clear();
  };
  const crash = async (unread: number): Promise<void> => {
    // What a client read before it resumed it cannot lose again.
    seen = seen.slice(0, Math.max(resumedAt, seen.length - unread));
    turns.open.clear();
    gateway.kill();
    session.log.watch(undefined);
    gateway = startOne(shared, turns.runTurn);
    const offset = seen.at(-1)?.offset ?? 0;
    const claim = { caller: undividedCaller(testTenant("local"), "local"), sessionId, offset };
    const resumeToken = gateway.tokens.issue(
      undividedCaller(testTenant("local"), "local"),
      sessionId,
    );
    const resumed = await gateway.resume({ ...claim, resumeToken });
    recovered.push(resumed !== undefined);
    if (resumed === undefined) return;
    session = resumed.session;
    seen.push(...resumed.missed.map(({ event }) => event));
    seen.push(...session.log.since(seen.at(-1)?.offset ?? 0).map(({ event }) => event));
    resumedAt = seen.length;
    watch();
  };
  let resumedAt = 0;
  watch();

  const commit = async (): Promise<void> => {
    const input = { turnId: `t${next}`, kind: "ask", text: "go", receivedAt: 0 } as const;
    next += 1;
    await acceptTurn(session, input, gateway.turnDeps).catch(() => undefined);
  };
  for (const one of steps) {
    if (recovered.includes(false)) break;
    if (one.kind === "commit") await commit();
    else if (one.kind === "say") tell({ type: "text-delta", text: "a" } as never);
    else if (one.kind === "call") tell({ type: "call-start", callId: "c", call: SEARCH } as never);
    else if (one.kind === "end") tell({ type: "turn-end", outcome: "completed" } as never);
    else if (one.kind === "storing fails") gateway.failStoring();
    else await crash(one.unread);
    await settled();
  }
  await crash(0);
  await settled();
  tell({ type: "turn-end", outcome: "completed" } as never);
  await settled();
  const read = { messagesMax: 4_000, deadlineMs: 1_000 };
  const stored = await shared.read("EVENTS", subjects.event(testTenant("local"), sessionId), read);
  gateway.kill();
  await shared.drain();
  return { seen, recovered, begun: turns.begun, stored };
}

// Mutants: `lastOffset: last`; a recovery that asks for every offset from the first one stored; an
// end only for turns whose acceptance is stored; `mayStart` also where the client knows more.
test("a session outlives any number of crashes: nothing missing, nothing twice, every accepted turn ended", async () => {
  let accepts = 0;
  let crashedTwice = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 25 }), async (steps) => {
      const { seen, recovered, begun, stored } = await live(steps);
      if (recovered.length > 1) crashedTwice += 1;
      expect(recovered).not.toContain(false);
      expect(seen.map(({ offset }) => offset)).toEqual(seen.map((_, index) => index + 1));
      const ended = new Set(seen.filter(({ type }) => type === "turn-end").map((e) => e.turnId));
      const accepted = seen.filter(({ type }) => type === "turn-accepted").map((e) => e.turnId);
      expect(accepted.filter((turnId) => !ended.has(turnId))).toEqual([]);
      accepts += accepted.length;
      const offsets = stored.flatMap(({ body }) =>
        (body as { events: SessionEvent[] }).events.map(({ offset }) => offset),
      );
      expect(new Set(offsets).size).toBe(offsets.length);
      // What was shown of a turn is never contradicted by a second run of it.
      for (const turnId of new Set(begun)) {
        const runs = begun.filter((id) => id === turnId).length;
        const shown = seen.filter((event) => event.turnId === turnId).length;
        expect(runs === 1 || shown >= 1).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
  // Of what was played, so much was about what the name says.
  expect(crashedTwice).toBeGreaterThan(50);
  expect(accepts).toBeGreaterThan(100);
});
