import { LiluxError } from "@lilux/protocol";
import type { GatewayMetrics } from "../metrics.ts";
import type { ToolName } from "./tool-definitions.ts";

export type CallOutcome = "ok" | "failed" | "asked" | "refused" | "cancelled";

/** The tool calls in work: counted, bounded per tenant, and waited for at the end. */
export interface CallBook {
  /** Runs one call. Rejects with `overloaded` when the tenant has too many in work. */
  run<T>(call: BookedCall<T>): Promise<T>;
  /** Resolves when nothing is in work, or at the deadline (Unix ms). */
  idle(deadlineAt: number): Promise<void>;
}

export interface BookedCall<T> {
  tenant: string;
  tool: ToolName;
  work: () => Promise<T>;
  outcomeOf: (result: T) => CallOutcome;
}

type CallMetrics = Pick<GatewayMetrics, "mcpCalls" | "mcpCallSeconds">;

export function createCallBook(metrics: CallMetrics, callsInFlightMax: number): CallBook {
  const inFlight = new Map<string, number>();
  let onIdle: (() => void)[] = [];

  function leave(tenant: string): void {
    const left = (inFlight.get(tenant) ?? 1) - 1;
    if (left > 0) inFlight.set(tenant, left);
    else inFlight.delete(tenant);
    if (inFlight.size > 0) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
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
    async idle(deadlineAt) {
      if (inFlight.size === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      onIdle.push(resolve);
      const timer = setTimeout(resolve, Math.max(0, deadlineAt - Date.now()));
      await promise;
      clearTimeout(timer);
    },
  };
}
