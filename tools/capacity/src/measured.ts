/** What one of something costs, and where that was measured. */
export interface Measured {
  value: number;
  unit: string;
  by: string;
}

const LOADED = "2026-11, two busy cores, demo library of 119 items: a run of 2,504 turns";

/** Figures of one node. Upper bounds where the machine was busy; measure your own before you buy. */
export const MEASURED = {
  routerPerCore: {
    value: 125,
    unit: "answers/s a core, p99 12 ms",
    by: "`npm run bench -- router`, bench/RESULTS.md",
  },
  routerPerCoreAtEdge: {
    value: 280,
    unit: "answers/s a core, others shed",
    by: "`npm run bench -- router`, bench/RESULTS.md",
  },
  gatewayMsPerKeystroke: { value: 1.4, unit: "ms of a core", by: `${LOADED} (upper bound)` },
  orchestratorMsPerTurn: { value: 13, unit: "ms of a core", by: `${LOADED} (upper bound)` },
  turnBytes: { value: 447, unit: "bytes in TURNS a turn", by: LOADED },
  eventBytesPerTurn: { value: 5_100, unit: "bytes in EVENTS a turn", by: LOADED },
  interactionBytesPerTurn: {
    value: 3_750,
    unit: "bytes in INTERACTIONS and AUDIT a turn",
    by: LOADED,
  },
  redisBytesPerSession: { value: 10_500, unit: "bytes in Redis a session", by: LOADED },
  itemMs: {
    value: 8,
    unit: "ms of a core to embed an item",
    by: "`npm run bench -- router`: 40.4 s for 10,000 on two workers",
  },
  routerBytesPerItem: { value: 1_500, unit: "bytes of a router an item", by: "15 MB for 10,000" },
  subscriptionsPerSession: { value: 2, unit: "subscriptions a session", by: LOADED },
  subscriptionBytes: {
    value: 665,
    unit: "bytes of a nats-server a subscription",
    by: "2026-11, 3,000 sessions of one gateway",
  },
  scriptMs: { value: 127, unit: "ms of a core a script", by: "cold start of the sandbox" },
  scriptsPerKiwi: { value: 63, unit: "scripts/s a kiwi", by: "8 at once, 127 ms each" },
  modelTokensPerReplica: {
    value: 2_500,
    unit: "tokens/s a replica of four GPUs",
    by: "ASSUMED, never measured",
  },
} as const satisfies Record<string, Measured>;

/** Redis as docker-compose.yml starts it. */
export const REDIS_BYTES_MAX = 256 * 1024 * 1024;
