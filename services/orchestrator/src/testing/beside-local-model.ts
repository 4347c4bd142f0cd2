import type { KiwiApi } from "@lilux/rpc";
import { onTestFinished } from "vitest";
import type { OrchestratorConfig } from "../config.ts";
import { type HelperRole, localPool } from "../model/pools/local-pool.ts";
import { startStrictServer } from "../model/testing/strict-server/start-strict-server.ts";
import type { StrictReply } from "../model/testing/strict-server/strict-rules.ts";
import { createHarness } from "./harness.ts";
import { type candidate, prediction, turnRequest } from "./samples.ts";

export interface LocalModelOptions {
  role: HelperRole;
  /** What the small model answers to everything. */
  reply: () => StrictReply;
  /** The line of every turn. */
  text: string;
  search: KiwiApi["search"];
  config?: OrchestratorConfig | undefined;
}

/** The orchestrator with a small model beside it; both end with the test. */
export async function besideLocalModel({ role, reply, text, search, config }: LocalModelOptions) {
  const server = await startStrictServer({ reply });
  const pool = localPool(server.url, { role, deadlines: { firstTokenMs: 20_000 } });
  const harness = await createHarness({
    config: { local: { role, pool }, ...config },
    kiwi: { search },
    poolTiming: { reopenMs: 20, reopenMsMax: 40, aliveMs: 1_000 },
  });
  onTestFinished(() => harness.service.stop());
  let turns = 0;
  const ask = (...candidates: ReturnType<typeof candidate>[]) => {
    turns += 1;
    const turn = { kind: "ask", turnId: `t${turns}`, text } as const;
    return harness.run(turnRequest(turn, { prediction: prediction(...candidates) }));
  };
  return { server, ask };
}
