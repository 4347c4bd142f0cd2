import { randomUUID } from "node:crypto";
import { type Bus, createInProcessBus, subjects } from "@lilux/bus";
import { type ContextStore, createInMemoryContextStore, keys } from "@lilux/context-store";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import {
  type Call,
  type ContextCandidate,
  type Interaction,
  type ItemSummary,
  type TurnRecord,
  WarmContext,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";
import { Value } from "typebox/value";
import { contextWarmerConfig } from "../config.ts";
import { type ContextWarmerService, createContextWarmerService } from "../service.ts";

const silent = createLogger({ service: "test", level: "silent" });

export type FakeKiwi = Pick<KiwiApi, "discover" | "listItems"> & {
  /** The texts that were asked for. */
  asked: string[];
  /** What `discover` answers, or throws. */
  answers: ContextCandidate[] | Error;
  library: { version: string; items: ItemSummary[] };
  listings: number;
};

export function fakeKiwi(): FakeKiwi {
  const kiwi: FakeKiwi = {
    asked: [],
    answers: [],
    library: { version: "1", items: emailLibrary() },
    listings: 0,
    async discover({ text }) {
      kiwi.asked.push(text);
      if (kiwi.answers instanceof Error) throw kiwi.answers;
      return { candidates: kiwi.answers };
    },
    async listItems() {
      kiwi.listings += 1;
      return { ...kiwi.library, broken: [] };
    },
  };
  return kiwi;
}

export function emailLibrary(): ItemSummary[] {
  const item = (item_id: string, category: string): ItemSummary => ({
    item_type: "script",
    item_id,
    qualified_id: `${category}/${item_id}`,
    name: item_id,
    description: "",
    category,
    source: "project",
    version: "1.0.0",
    tags: [],
    inputs: [],
    effect: "write",
    content_hash: "",
  });
  return [
    item("email_enricher", "email/outreach"),
    item("outreach_campaign", "email/outreach"),
    item("deploy_staging", "deployment"),
  ];
}

export function candidate(item_id: string, score: number): ContextCandidate {
  return { item_type: "script", item_id, score, name: item_id, description: "", inputs: [] };
}

export interface WarmerHarness {
  service: ContextWarmerService;
  bus: Bus;
  store: ContextStore;
  kiwi: FakeKiwi;
  session: string;
  announced: WarmContext[];
  /** Stores one turn; resolves with its place in the stream. */
  turn(text: string, chosen?: Call, turnId?: string): Promise<number>;
  /** Stores what became of a turn. */
  end(given: Partial<EndedTurn> & { turnId: string }): Promise<void>;
  /** Stores that a person took a turn for wrong. */
  refute(turnId: string): Promise<void>;
  stored(): Promise<WarmContext | undefined>;
  /** The sum of a counter, over those of its labels that are given. */
  count(metric: string, labels?: Record<string, string>): Promise<number>;
  stop(): Promise<void>;
}

type EndedTurn = Extract<Interaction, { type: "turn" }>;

export interface HarnessOptions {
  /** LILUX_LEARN. */
  learn?: string;
  bus?: Bus;
  store?: ContextStore;
  kiwi?: FakeKiwi;
  session?: string;
  clock?: Clock;
}

export async function startWarmer(options: HarnessOptions = {}): Promise<WarmerHarness> {
  const { bus = createInProcessBus(), store = createInMemoryContextStore() } = options;
  const { kiwi = fakeKiwi(), session = randomUUID(), clock = SYSTEM_CLOCK } = options;
  const { learn } = options;
  const config = contextWarmerConfig(learn === undefined ? {} : { LILUX_LEARN: learn });
  const deps = { bus, contextStore: store, kiwi, logger: silent, clock };
  const service = createContextWarmerService(config, deps);
  const announced: WarmContext[] = [];
  const hearing = bus.subscribe(subjects.context(testTenant("local"), session), ({ body }) => {
    announced.push(Value.Parse(WarmContext, body));
  });
  await service.start();
  return {
    service,
    bus,
    store,
    kiwi,
    session,
    announced,
    async turn(text, chosen, turnId = randomUUID()) {
      const record = turnRecord({ session, text, chosen, turnId, acceptedAt: clock.unix() });
      const subject = subjects.turn(testTenant("local"), session);
      return (await bus.append("TURNS", subject, record, { id: record.turnId })).sequence;
    },
    async end(given) {
      const interaction = endedTurn({ session, at: clock.unix(), given });
      const subject = subjects.interaction(testTenant("local"));
      await bus.append("INTERACTIONS", subject, interaction, { id: `${given.turnId}:end` });
    },
    async refute(turnId) {
      const base = { tenant: testTenant("local"), sessionId: session, turnId, at: clock.unix() };
      const feedback: Interaction = { type: "feedback", ...base, rating: "down" };
      await bus.append("INTERACTIONS", subjects.interaction(testTenant("local")), feedback, {
        id: `${turnId}:down`,
      });
    },
    async stored() {
      const read = await store.get(keys.context(testTenant("local"), session));
      return read.state === "found" ? Value.Parse(WarmContext, read.value) : undefined;
    },
    async count(metric, labels = {}) {
      const found = await service.registry.getSingleMetric(`lilux_context_warmer_${metric}`)?.get();
      const wanted = Object.entries(labels);
      const values = (found?.values ?? []).filter((value) =>
        wanted.every(([name, label]) =>
          Object.entries(value.labels).some(([key, is]) => key === name && is === label),
        ),
      );
      return values.reduce((sum, { value }) => sum + value, 0);
    },
    async stop() {
      await service.stop();
      await hearing.close();
    },
  };
}

function turnRecord(facts: {
  session: string;
  text: string;
  chosen: Call | undefined;
  turnId: string;
  acceptedAt: number;
}): TurnRecord {
  const { session, text, chosen, turnId, acceptedAt } = facts;
  const base = { tenant: testTenant("local"), sessionId: session, turnId, text, acceptedAt };
  if (chosen === undefined) return { ...base, kind: "submit" };
  return { ...base, kind: "accept", chosen: { call: chosen, confidence: 0.9, effect: "write" } };
}

function endedTurn(facts: {
  session: string;
  at: number;
  given: Partial<EndedTurn> & { turnId: string };
}): EndedTurn {
  const { session, at, given } = facts;
  return {
    type: "turn",
    tenant: testTenant("local"),
    sessionId: session,
    at,
    kind: "submit",
    text: "a line",
    path: "slow",
    context: null,
    predicted: [],
    routeMs: null,
    calls: [],
    predictionUsed: false,
    response: "",
    outcome: "completed",
    ...given,
  };
}
