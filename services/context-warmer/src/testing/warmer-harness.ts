import { randomUUID } from "node:crypto";
import { type Bus, createInProcessBus, subjects } from "@lilux/bus";
import { type ContextStore, createInMemoryContextStore, keys } from "@lilux/context-store";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import {
  type Call,
  type ContextCandidate,
  type ItemSummary,
  type TurnRecord,
  WarmContext,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
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
  turn(text: string, chosen?: Call): Promise<number>;
  stored(): Promise<WarmContext | undefined>;
  /** The sum of a counter, over those of its labels that are given. */
  count(metric: string, labels?: Record<string, string>): Promise<number>;
  stop(): Promise<void>;
}

export interface HarnessOptions {
  bus?: Bus;
  store?: ContextStore;
  kiwi?: FakeKiwi;
  session?: string;
  clock?: Clock;
}

export async function startWarmer(options: HarnessOptions = {}): Promise<WarmerHarness> {
  const { bus = createInProcessBus(), store = createInMemoryContextStore() } = options;
  const { kiwi = fakeKiwi(), session = randomUUID(), clock = SYSTEM_CLOCK } = options;
  const config = contextWarmerConfig({});
  const deps = { bus, contextStore: store, kiwi, logger: silent, clock };
  const service = createContextWarmerService(config, deps);
  const announced: WarmContext[] = [];
  const hearing = bus.subscribe(subjects.context("local", session), ({ body }) => {
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
    async turn(text, chosen) {
      const record = turnRecord({ session, text, chosen, acceptedAt: clock.unix() });
      const subject = subjects.turn("local", session);
      return (await bus.append("TURNS", subject, record, { id: record.turnId })).sequence;
    },
    async stored() {
      const read = await store.get(keys.context("local", session));
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
  acceptedAt: number;
}): TurnRecord {
  const { session, text, chosen, acceptedAt } = facts;
  const base = { tenant: "local", sessionId: session, turnId: randomUUID(), text, acceptedAt };
  if (chosen === undefined) return { ...base, kind: "submit" };
  return { ...base, kind: "accept", chosen: { call: chosen, confidence: 0.9, effect: "write" } };
}
