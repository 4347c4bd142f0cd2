import { createInProcessBus, subjects } from "@lilux/bus";
import { createInMemoryContextStore } from "@lilux/context-store";
import { itemTextOf } from "@lilux/core/embedding";
import { textHashOf } from "@lilux/library-index";
import { itemSummary } from "@lilux/library-index/testing";
import {
  createParser,
  EmbedAnswer,
  type Interaction,
  type PhrasingEntry,
  type Prediction,
} from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { testTenant, eventually as until } from "@lilux/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { routerConfig } from "./config.ts";
import { createRouterService, type RouterService } from "./service.ts";
import { createScriptedModel } from "./testing/scripted-model.ts";

const logger = createLogger({ service: "test", level: "silent" });
const LIBRARY = [
  itemSummary("script:ops/flush", { description: "empties the queue of old jobs" }),
  itemSummary("script:ops/drain", { description: "lets the queue run dry before a restart" }),
  itemSummary("script:data/tally"),
];
const LINE = "empty the queue";

const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  until(check, { withinMs: 20_000 });

type Bus = ReturnType<typeof createInProcessBus>;
type Turn = Extract<Interaction, { type: "turn" }>;

const running: RouterService[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

async function startRouter(bus: Bus, env: Record<string, string> = {}): Promise<RouterService> {
  const service = createRouterService(routerConfig({ LILUX_LEARN: "all", ...env }), {
    bus,
    contextStore: createInMemoryContextStore({}),
    logger,
    openModel: async () => createScriptedModel(),
    kiwi: { listItems: async () => ({ version: "v1", items: LIBRARY, broken: [] }) },
  });
  running.push(service);
  await service.start();
  return service;
}

const run = (item_id: string) =>
  ({ name: "execute", arguments: { item_type: "script", item_id, action: "run" } }) as const;

let turns = 0;
/** A person takes an item for a line, whatever led. */
async function take(
  bus: Bus,
  given: {
    item: string;
    person?: string;
    led?: string;
    tenant?: string;
    text?: string;
    /** `ask`: the orchestrator was asked instead, and ran nothing. */
    kind?: "accept" | "ask";
  },
): Promise<string> {
  const { item, person = "ann", led = "flush", tenant = "local", text = LINE } = given;
  const { kind = "accept" } = given;
  turns += 1;
  const turnId = `turn-${turns}`;
  const turn: Turn = {
    type: "turn",
    tenant,
    sessionId: "s",
    turnId,
    at: Date.now(),
    person,
    kind,
    text,
    path: "fast",
    context: null,
    predicted: [{ call: run(led), confidence: 0.9 }],
    routeMs: null,
    calls: kind === "ask" ? [] : [{ callId: "c", call: run(item), ok: true, durationMs: 1 }],
    predictionUsed: false,
    response: "",
    outcome: "completed",
  };
  await bus.append("INTERACTIONS", subjects.interaction(testTenant(tenant)), turn, { id: turnId });
  return turnId;
}

async function leaderOf(
  router: RouterService,
  given: { person?: string; tenant?: string; text?: string } = {},
): Promise<string | undefined> {
  const { person = "ann", tenant = "local", text = LINE } = given;
  const request = { tenant: testTenant(tenant), sessionId: "rest", seq: 0, text, person };
  const { candidates, degraded }: Prediction = await router.predict(request, { deadlineMs: 5_000 });
  const call = degraded === undefined ? candidates[0]?.call : undefined;
  return call === undefined || call.name === "search" ? undefined : call.arguments.item_id;
}

async function confidenceIn(
  router: RouterService,
  item: string,
  { text }: { text: string },
): Promise<number> {
  const request = { tenant: testTenant("local"), sessionId: "rest", seq: 0, text, person: "ann" };
  const { candidates } = await router.predict(request, { deadlineMs: 5_000 });
  const found = candidates.find(
    ({ call }) => call.name === "execute" && call.arguments.item_id === item,
  );
  return found?.confidence ?? 0;
}

/** Until a line is led by an item; fails when it never is. */
const leads = (router: RouterService, item: string, given: Parameters<typeof leaderOf>[1] = {}) =>
  eventually(async () => expect(await leaderOf(router, given)).toBe(item));

/** What a language model wrote, as the orchestrator stores it. */
async function teach(bus: Bus, entry: PhrasingEntry): Promise<void> {
  await bus.append("PHRASINGS", subjects.phrasing(testTenant("local")), entry, {
    id: `${entry.type}-1`,
  });
  bus.publish(subjects.learnt(testTenant("local")), {});
}

const parser = createParser(EmbedAnswer, "an answer");

/** What is in the tenant's lessons. */
const stored = (bus: Bus, tenant = "local") =>
  bus.read("LESSONS", subjects.lesson(testTenant(tenant)), { messagesMax: 100, deadlineMs: 5_000 });

describe("a router that learns", () => {
  it("leads with what a person took, from their next line on, and with it for nobody else", async () => {
    // Mutants: the memo's key has no book in it; the book's own lines count for everybody.
    const bus = createInProcessBus();
    const router = await startRouter(bus);
    await leads(router, "flush");
    await take(bus, { item: "drain" });
    await leads(router, "drain");
    expect(await leaderOf(router, { person: "ben" })).toBe("flush");
    await leads(router, "flush", { tenant: testTenant("acme") });
  });

  it("keeps of a line only what the model makes of it", async () => {
    const bus = createInProcessBus();
    const router = await startRouter(bus);
    await take(bus, { item: "drain", text: "empty the queue of mrs adams" });
    const lessons = await eventually(async () => {
      const found = await stored(bus);
      expect(found).toHaveLength(2);
      return found;
    });
    expect(JSON.stringify(lessons)).not.toMatch(/adams|empty/);
    expect(await leaderOf(router)).toBeDefined();
  });

  it("remembers a suggestion that a person passed over, for that wording and what is near it, and for nobody else", async () => {
    // Mutant: `lessonsOfTurn` gives nothing of a turn that asked for the orchestrator instead.
    const bus = createInProcessBus();
    const router = await startRouter(bus);
    await leads(router, "flush");
    const near = { text: `${LINE} now` };
    const before = await confidenceIn(router, "flush", near);
    await take(bus, { item: "flush", kind: "ask" });
    await eventually(async () => {
      expect(await leaderOf(router)).not.toBe("flush");
      expect(await confidenceIn(router, "flush", near)).toBeLessThan(before);
    });
    expect(await leaderOf(router, { person: "ben" })).toBe("flush");
    expect(await leaderOf(router, { text: "data tally" })).toBe("tally");
  });

  it("moves others only when three have taught the same", async () => {
    const bus = createInProcessBus();
    const router = await startRouter(bus);
    for (const person of ["ann", "ben"]) await take(bus, { item: "drain", person });
    await leads(router, "drain", { person: "ben" });
    expect(await leaderOf(router, { person: "dora" })).toBe("flush");
    await take(bus, { item: "drain", person: "cas" });
    await leads(router, "drain", { person: "dora" });
  });

  it("knows what it learnt after a restart, and so does every other router", async () => {
    const bus = createInProcessBus();
    const [first, second] = [await startRouter(bus), await startRouter(bus)];
    await take(bus, { item: "drain" });
    await leads(first, "drain");
    await leads(second, "drain");
    await first.stop();
    await leads(await startRouter(bus), "drain");
    expect(await stored(bus)).toHaveLength(2);
  });

  it("forgets what it is told to, also after a restart", async () => {
    const bus = createInProcessBus();
    const router = await startRouter(bus);
    await take(bus, { item: "drain" });
    await leads(router, "drain");
    const forgotten = { type: "forgotten", person: "ann", at: Date.now() + 1_000 };
    await bus.append("LESSONS", subjects.lesson(testTenant("local")), forgotten, {
      id: "forget-1",
    });
    bus.publish(subjects.learnt(testTenant("local")), {});
    await leads(router, "flush");
    const again = await startRouter(bus);
    await leads(again, "flush");
    await eventually(async () => expect(await leaderOf(again)).toBe("flush"));
  });

  it("takes back what it learnt from a turn that a person rates down", async () => {
    const bus = createInProcessBus();
    const router = await startRouter(bus);
    const turnId = await take(bus, { item: "drain" });
    await leads(router, "drain");
    const rating = {
      type: "feedback",
      tenant: testTenant("local"),
      sessionId: "s",
      turnId,
      at: Date.now(),
      rating: "down",
    };
    await bus.append("INTERACTIONS", subjects.interaction(testTenant("local")), rating, {
      id: "rated",
    });
    await eventually(async () => expect(await leaderOf(router)).not.toBe("drain"));
  });

  it("leads with an item whose lines a model wrote, until they are forgotten, also after a restart", async () => {
    // Mutants: `learnt` reads no phrasings; a forgotten text keeps its lines.
    const bus = createInProcessBus();
    const router = await startRouter(bus);
    await leads(router, "flush");
    const [, drain] = LIBRARY;
    if (drain === undefined) throw new Error("no item");
    const textHash = textHashOf(itemTextOf(drain));
    const key = "script:ops/drain";
    const lines = Array.from({ length: 3 }, (_, at) => `${LINE} ${"now ".repeat(at)}`.trim());
    await teach(bus, { type: "taught", at: 1, model: "m", items: [{ key, textHash, lines }] });
    await leads(router, "drain");
    expect(await leaderOf(router, { person: "ben" })).toBe("drain");
    const again = await startRouter(bus);
    await leads(again, "drain");
    await teach(bus, { type: "forgotten", at: 2, textHash });
    await leads(router, "flush");
    await leads(again, "flush");
  });

  it("says which items are nearest to lines, once it has read the library", async () => {
    const bus = createInProcessBus();
    const router = await startRouter(bus);
    await leads(router, "flush");
    const body = { texts: [LINE, "tally"], side: "line", nearest: true };
    const { nearest = [] } = parser.parse(
      await bus.request(subjects.embed(testTenant("local")), body, { deadlineMs: 20_000 }),
    );
    const hashes = LIBRARY.map((item) => textHashOf(itemTextOf(item)));
    expect(nearest.map(([first]) => hashes.indexOf(first?.textHash ?? ""))).toEqual([0, 2]);
  });

  it("learns nothing of tenants that have not agreed", async () => {
    // Mutant: `mayLearn` is not asked.
    const bus = createInProcessBus();
    const router = await startRouter(bus, { LILUX_LEARN: "acme" });
    await take(bus, { item: "drain" });
    await take(bus, { item: "drain", tenant: testTenant("acme") });
    await leads(router, "drain", { tenant: testTenant("acme") });
    expect(await stored(bus)).toEqual([]);
    expect(await leaderOf(router)).toBe("flush");
  });
});
