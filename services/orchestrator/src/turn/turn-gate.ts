import { finishWithin } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";

/** Counts the turns that run, and lets no new one in once it is closed. */
export interface TurnGate {
  guard(runTurn: RunTurn): RunTurn;
  close(): void;
  /** Resolves when no turn runs, or at the time (Unix ms). */
  idle(until: number): Promise<void>;
}

/** More than any one process can hold open at its language model. */
const TURNS_IN_FLIGHT_MAX = 1_000;

export function createTurnGate(onCount: (running: number) => void): TurnGate {
  let running = 0;
  let closed = false;
  let emptied = Promise.withResolvers<void>();

  const count = (change: 1 | -1): void => {
    running += change;
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
        if (running >= TURNS_IN_FLIGHT_MAX) throw new LiluxError("overloaded");
        count(1);
        try {
          yield* runTurn(request, options);
        } finally {
          count(-1);
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
