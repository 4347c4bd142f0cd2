import { createInProcessBus } from "@lilux/bus";
import { createInMemoryContextStore } from "@lilux/context-store";
import { createOrchestratorService, type OrchestratorConfig } from "@lilux/orchestrator";
import {
  runStrictServer,
  type StrictRules,
  type StrictServer,
} from "@lilux/orchestrator/strict-server";
import { DEFAULT_THRESHOLDS } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";

const never = (): never => {
  throw new Error("the model of a benchmark calls nothing");
};
const EMPTY_LIBRARY: KiwiApi = {
  search: never,
  load: never,
  execute: never,
  discover: never,
  recallRun: never,
  readArtifact: never,
  secrets: never,
  registry: never,
  library: never,
  listItems: async () => ({ version: "1", items: [], broken: [] }),
};

/** An orchestrator and its model server in this process, without anything beside them. */
export interface Alone {
  server: StrictServer;
  /** What it says it does without. */
  degraded(): readonly string[];
  /** Runs a turn to its end: how long it took, and who answered. */
  turn(tenant: string, text: string): Promise<{ ms: number; model: string | undefined }>;
  stop(): Promise<void>;
}

export async function startAlone(
  rules: Partial<StrictRules>,
  settings: { running?: number; firstTokenMs?: number } = {},
): Promise<Alone> {
  const server = await runStrictServer(rules);
  const { running, firstTokenMs } = settings;
  const pool = {
    name: "main",
    url: server.url,
    ...(running === undefined ? {} : { running }),
    ...(firstTokenMs === undefined ? {} : { deadlines: { firstTokenMs } }),
  };
  const config: OrchestratorConfig = { pools: [pool] };
  const service = createOrchestratorService(config, {
    bus: createInProcessBus(),
    contextStore: createInMemoryContextStore(),
    kiwi: EMPTY_LIBRARY,
    logger: createLogger({ service: "bench", level: "silent" }),
  });
  await service.start();
  let sequence = 0;
  return {
    server,
    degraded: () => service.degraded?.() ?? [],
    async turn(tenant, text) {
      sequence += 1;
      const startedAt = performance.now();
      let model: string | undefined;
      const request = {
        turn: {
          tenant: testTenant(tenant),
          sessionId: `session-${tenant}`,
          turnId: `turn-${sequence}`,
          kind: "ask" as const,
          text,
          acceptedAt: Date.now(),
        },
        sequence,
        thresholds: DEFAULT_THRESHOLDS,
      };
      const options = { commands: noCommands(), signal: new AbortController().signal };
      for await (const event of service.runTurn(request, options)) {
        if (event.type === "turn-end") model = event.usage?.model;
      }
      return { ms: performance.now() - startedAt, model };
    },
    async stop() {
      await service.stop();
      await server.close();
    },
  };
}

async function* noCommands(): AsyncGenerator<never> {}
