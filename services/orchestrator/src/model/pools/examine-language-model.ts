import type { OrchestratorConfig } from "../../config.ts";
import { examineServer, type Probe } from "../openai/examine-server.ts";
import { createModelServer } from "../openai/model-server.ts";

export interface PoolReport {
  pool: string;
  probes: Probe[];
}

/** What each configured server takes, as it says now. Empty when none is configured. */
export async function examineLanguageModel({
  languageModel,
}: OrchestratorConfig): Promise<PoolReport[]> {
  if (languageModel === undefined) return [];
  const { signal } = new AbortController();
  const { probes } = await examineServer(createModelServer(languageModel), { signal });
  return [{ pool: "main", probes }];
}
