import type { Clock } from "@lilux/core/async";
import type { FlywheelStore, ModelStore, StoredModel } from "@lilux/database";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import type { FlywheelMetrics } from "../metrics.ts";
import { reportTrial } from "./report-trial.ts";
import { type TellDeploymentsDeps, tellDeployments } from "./tell-deployments.ts";

export interface WatchTrialsDeps {
  models: ModelStore;
  store: Pick<FlywheelStore, "turns" | "ratings" | "consent">;
  tell: TellDeploymentsDeps;
  metrics: Pick<FlywheelMetrics, "switched" | "evidence">;
  clock: Clock;
  logger: Logger;
  everyMs: number;
}

/** The name that a switch of nobody's is written down under. */
export const BY_ITSELF = "flywheel";

/**
 * Looks after what is deployed: tells it again when the flywheel starts, and what nobody was told of;
 * ends a canary that turns speak against, and a trial of a tenant that lets nothing be kept any more.
 */
export function watchTrials(deps: WatchTrialsDeps): Part {
  const { clock, logger, everyMs } = deps;
  const ended = new AbortController();
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    for (let isFirst = true; !ended.signal.aborted; ) {
      try {
        await tellDeployments(isFirst ? {} : { isUntold: true }, deps.tell);
        isFirst = false;
        await judgeTrials(deps);
      } catch (thrown) {
        logger.warn({ err: LiluxError.from(thrown) }, "trials not looked after");
      }
      await clock.sleep(everyMs, ended.signal);
    }
  }

  return {
    name: "trials",
    async start() {
      looking = look();
    },
    async stop() {
      ended.abort();
      await looking;
    },
  };
}

async function judgeTrials(deps: WatchTrialsDeps): Promise<void> {
  for (const { tenant, models } of await deps.models.deployments({})) {
    for (const model of models) {
      if (model.stage !== "canary" && model.stage !== "shadow") continue;
      const reason = await whyStopped(tenant, model, deps);
      if (reason !== undefined) await stop({ tenant, model, reason }, deps);
    }
  }
}

async function whyStopped(
  tenant: Tenant,
  model: StoredModel,
  { store, metrics }: WatchTrialsDeps,
): Promise<string | undefined> {
  const { level } = await store.consent(tenant);
  if (level === "none" || level === "metrics") {
    return `Nothing is kept any more that would say how it does: the consent is ${level}.`;
  }
  if (model.stage !== "canary") return undefined;
  const { report, verdict } = await reportTrial(tenant, model, store);
  metrics.evidence(verdict.evidence);
  if (verdict.stop === undefined) return undefined;
  const percent = (share: number | null): string =>
    share === null ? "nothing" : `${(100 * share).toFixed(0)} %`;
  return `${REASONS[verdict.stop]} after ${report.turns} turns: ${percent(report.accepted)} wanted, ${percent(report.liveAccepted)} of the live model's; evidence ${verdict.evidence[verdict.stop].toFixed(0)}, stopped from ${verdict.limit.toFixed(0)}.`;
}

const REASONS = {
  acceptance: "Stopped, as its predictions were wanted less often",
  calibration: "Stopped, as it was surer than it was right",
  objective: "Stopped, as too many of its turns were late or failed",
} as const;

async function stop(
  { tenant, model, reason }: { tenant: Tenant; model: StoredModel; reason: string },
  { models, tell, metrics, clock, logger }: WatchTrialsDeps,
): Promise<void> {
  const { switches } = await models.switchStages({
    tenant,
    by: BY_ITSELF,
    at: Math.floor(clock.unix()),
    decide: (now) => {
      const { stage } = now.find((one) => one.model === model.model) ?? {};
      return stage === model.stage ? [{ model: model.model, to: "retired", reason }] : [];
    },
  });
  for (const one of switches) metrics.switched(one);
  logger.warn({ tenant, model: model.model, reason }, "trial stopped");
  await tellDeployments({ tenant }, tell);
}
