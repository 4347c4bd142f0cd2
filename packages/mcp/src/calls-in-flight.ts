import { LiluxError, type Tenant } from "@lilux/protocol";
import type { McpMetrics } from "./mcp-metrics.ts";
import type { ToolName } from "./tool-definitions.ts";
import { createWorkCounter } from "./work-counter.ts";

export type CallOutcome = "ok" | "failed" | "asked" | "refused" | "cancelled";

/** The tool calls in work: counted, bounded per tenant, and waited for at the end. */
export interface CallsInFlight {
  /** Runs one call. Rejects with `overloaded` when the tenant has too many in work. */
  run<T>(call: CallInFlight<T>): Promise<T>;
  /** Resolves when nothing is in work, or at the deadline (Unix ms). */
  idle(deadlineAt: number): Promise<void>;
}

export interface CallInFlight<T> {
  tenant: Tenant;
  tool: ToolName;
  work: () => Promise<T>;
  outcomeOf: (result: T) => CallOutcome;
}

type CallMetrics = Pick<McpMetrics, "mcpCalls" | "mcpCallSeconds">;

export function createCallsInFlight(metrics: CallMetrics, callsInFlightMax: number): CallsInFlight {
  const inFlight = new Map<string, number>();
  const counter = createWorkCounter();

  function leave(tenant: Tenant): void {
    const left = (inFlight.get(tenant) ?? 1) - 1;
    if (left > 0) inFlight.set(tenant, left);
    else inFlight.delete(tenant);
    counter.leave();
  }

  return {
    async run({ tenant, tool, work, outcomeOf }) {
      const running = inFlight.get(tenant) ?? 0;
      if (running >= callsInFlightMax) {
        metrics.mcpCalls.inc({ tool, outcome: "refused" });
        throw new LiluxError("overloaded", {
          message: `${running} calls are running already. Wait for one of them.`,
        });
      }
      inFlight.set(tenant, running + 1);
      counter.enter();
      const stop = metrics.mcpCallSeconds.startTimer({ tool });
      let outcome: CallOutcome = "failed";
      try {
        const result = await work();
        outcome = outcomeOf(result);
        return result;
      } finally {
        stop();
        metrics.mcpCalls.inc({ tool, outcome });
        leave(tenant);
      }
    },
    idle: counter.idle,
  };
}
