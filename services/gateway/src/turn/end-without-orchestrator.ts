import { ERRORS, LiluxError, type TurnEnd } from "@lilux/protocol";
import type { TurnTold } from "./turn-told.ts";

export interface Ending {
  error: LiluxError;
  isCancelled: boolean;
  told: TurnTold;
}

/** The end of a turn whose orchestrator gave none. What had run is listed. */
export function endWithout(turnId: string, { error, isCancelled, told }: Ending): TurnEnd {
  if (isCancelled || error.code === "cancelled") {
    return { type: "turn-end", turnId, outcome: "cancelled" };
  }
  const isStarted = told.path !== undefined;
  const isLoss = error.code === "orchestrator_unavailable" || error.code === "shutting_down";
  if (!isLoss) return { type: "turn-end", turnId, outcome: "failed", error: error.toBody() };
  if (!isStarted && error.code === "orchestrator_unavailable") {
    return { type: "turn-end", turnId, outcome: "failed", error: error.toBody() };
  }
  const calls = told.calls.map(({ callId, call, state }) => ({ callId, call, state }));
  const interrupted = new LiluxError("interrupted", {
    message: `${ERRORS.interrupted.sentence} (${error.message})`,
    details: { calls, cause: error.code },
  });
  return { type: "turn-end", turnId, outcome: "interrupted", error: interrupted.toBody() };
}
