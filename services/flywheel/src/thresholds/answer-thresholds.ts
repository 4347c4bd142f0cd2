import type { Clock } from "@lilux/core/async";
import type { DecideThreshold, FlywheelStore, ModelStore, StoredThreshold } from "@lilux/database";
import type { ShownThresholds, Tenant, ThresholdFit, ThresholdsRequest } from "@lilux/protocol";
import { judgeTurns } from "../models/judge-turns.ts";
import { liveOf } from "../models/plan-switch.ts";
import { type TellDeploymentsDeps, tellDeployments } from "../models/tell-deployments.ts";
import { newestTurns } from "../read/newest-turns.ts";
import { fitThreshold } from "./fit-threshold.ts";
import { actOf, planFit, planOff, planRollbackOfThreshold } from "./plan-threshold.ts";

export interface AnswerThresholdsDeps {
  models: ModelStore;
  store: Pick<FlywheelStore, "turns" | "ratings">;
  tell: TellDeploymentsDeps;
  clock: Clock;
  /** Of acted calls, the share that may be wrong. */
  actErrorMax: number;
}

const TURNS_MAX = 20_000;
const CHANGES_SHOWN = 20;

/** What a tenant asked about its bar of acting. */
export async function answerThresholds(
  tenant: Tenant,
  request: ThresholdsRequest,
  deps: AnswerThresholdsDeps,
): Promise<ShownThresholds> {
  const at = Math.floor(deps.clock.unix());
  switch (request.do) {
    case "show-thresholds":
      return shown(await deps.models.thresholds(tenant));
    case "fit-thresholds":
      return fitAndSwitch(tenant, { by: request.by }, deps);
    case "switch-thresholds":
      return request.mode === "on"
        ? fitAndSwitch(tenant, { by: request.by, to: "on" }, deps)
        : change(tenant, planOff({ at, by: request.by }), deps);
    case "roll-back-thresholds":
      return change(tenant, planRollbackOfThreshold({ at, by: request.by }), deps);
  }
}

/** Fits the bar to what the tenant's people took, and lets it count where they have it so. */
export async function fitAndSwitch(
  tenant: Tenant,
  { by, to }: { by: string; to?: "on" },
  deps: AnswerThresholdsDeps,
): Promise<ShownThresholds> {
  const { models, store, clock, actErrorMax: errorMax } = deps;
  const at = Math.floor(clock.unix());
  const known = await models.models(tenant);
  const turns = await newestTurns(tenant, TURNS_MAX, store);
  // Of a turn without its calls nothing can be said.
  const readable = turns.filter(({ level }) => level !== "metrics");
  const judged = judgeTurns(readable, await store.ratings(tenant), "router");
  const live = liveOf(known, "router")?.model;
  const names = new Set(known.map(({ model }) => model));
  const fit: ThresholdFit = fitThreshold({ judged, models: names, live, errorMax, at });
  return change(tenant, planFit({ at, by }, { fit, live }, to), deps);
}

async function change(
  tenant: Tenant,
  decide: DecideThreshold,
  { models, tell }: AnswerThresholdsDeps,
): Promise<ShownThresholds> {
  await models.changeThreshold({ tenant, decide });
  // What could not be told is told again soon: it is written down that it was not.
  await tellDeployments({ tenant }, tell).catch(() => undefined);
  return shown(await models.thresholds(tenant));
}

function shown(changes: readonly StoredThreshold[]): ShownThresholds {
  const [now] = changes;
  return {
    mode: now?.mode ?? "off",
    act: actOf(now),
    fit: now?.fit ?? null,
    changes: changes
      .slice(0, CHANGES_SHOWN)
      .map((one) => ({ at: one.at, by: one.by, mode: one.mode, act: actOf(one) })),
  };
}
