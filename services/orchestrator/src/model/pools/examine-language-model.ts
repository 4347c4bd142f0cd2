import type { OrchestratorConfig } from "../../config.ts";
import { examineServer, type Probe } from "../openai/examine-server.ts";
import { createModelServer } from "../openai/model-server.ts";
import { poolsOf } from "./pool-settings.ts";

export interface PoolReport {
  pool: string;
  probes: Probe[];
}

/** What each configured server takes, as it says now. Empty when none is configured. */
export async function examineLanguageModel(config: OrchestratorConfig): Promise<PoolReport[]> {
  const { signal } = new AbortController();
  return Promise.all(
    poolsOf(config).map(async (settings) => {
      const { probes } = await examineServer(createModelServer(settings), { signal });
      return { pool: settings.name, probes };
    }),
  );
}
