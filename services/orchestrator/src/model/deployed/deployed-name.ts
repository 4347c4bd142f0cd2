import { isInShare } from "@lilux/core/rollout";
import type { Deployment } from "@lilux/protocol";
import type { TurnOfModel } from "../language-model.ts";

/** The name under which servers hold the model of a turn: the tried one's in its share of sessions, else the live one's. */
export function deployedName(
  deployment: Deployment | undefined,
  { tenant, sessionId }: TurnOfModel,
): string | undefined {
  const { live, trial } = deployment?.orchestrator ?? {};
  const isTried =
    trial?.stage === "canary" &&
    sessionId !== undefined &&
    isInShare({ tenant, sessionId, trial: trial.model }, trial.share);
  return isTried ? trial.served : live?.served;
}
