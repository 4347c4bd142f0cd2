import { finishWithin } from "@lilux/core/async";
import { isWithinShare, type Weights } from "@lilux/core/fairness";
import { type ErrorCode, LiluxError, type Tenant } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";

/** Counts the turns that run, and lets no new one in once it is closed. */
export interface TurnGate {
  guard(runTurn: RunTurn): RunTurn;
  close(): void;
  /** Resolves when no turn runs, or at the time (Unix ms). */
  idle(until: number): Promise<void>;
}

const TURNS_IN_FLIGHT_MAX = 1_000;

export interface TurnGateOptions {
  onCount(running: number): void;
  /** A turn that was not begun. */
  onRefused(tenant: Tenant, code: ErrorCode): void;
  /** Turns of one tenant that may run at once, whichever gateways they came through. */
  tenantTurnsMax: number;
  /** Of all tenants together; more than any one process can hold open at its language model, unless told. */
  turnsMax?: number;
  /** Told how much each tenant counts, by the mandate of its turn. */
  weights: Pick<Weights, "note">;
}

export function createTurnGate(options: TurnGateOptions): TurnGate {
  const { onCount, onRefused, tenantTurnsMax, turnsMax = TURNS_IN_FLIGHT_MAX, weights } = options;
  let running = 0;
  const byTenant = new Map<string, number>();
  let closed = false;
  let emptied = Promise.withResolvers<void>();

  const count = (tenant: Tenant, change: 1 | -1): void => {
    running += change;
    const own = (byTenant.get(tenant) ?? 0) + change;
    if (own === 0) byTenant.delete(tenant);
    else byTenant.set(tenant, own);
    onCount(running);
    if (running > 0) return;
    emptied.resolve();
    emptied = Promise.withResolvers<void>();
  };

  return {
    guard: (runTurn) =>
      async function* guarded(request, options) {
        // For a caller this one is as good as gone: another takes the turn.
        if (closed) throw new LiluxError("orchestrator_unavailable");
        const { tenant } = request.turn;
        const own = byTenant.get(tenant) ?? 0;
        const { weight } = options.mandate ?? {};
        const share = { max: turnsMax, all: running, own, more: 1, weight };
        if (own < tenantTurnsMax && !isWithinShare(share)) {
          onRefused(tenant, "overloaded");
          throw new LiluxError("overloaded", { details: { limit: "turns", retryAfterMs: 1_000 } });
        }
        if (own >= tenantTurnsMax) {
          onRefused(tenant, "rate_limited");
          throw new LiluxError("rate_limited", {
            details: { limit: "turns", retryAfterMs: 1_000 },
          });
        }
        weights.note(tenant, weight);
        count(tenant, 1);
        try {
          yield* runTurn(request, options);
        } finally {
          count(tenant, -1);
        }
      },
    close() {
      closed = true;
    },
    async idle(until) {
      if (running === 0) return;
      await finishWithin(emptied.promise, until - Date.now());
    },
  };
}
