import type { Clock } from "@lilux/core/async";
import type { FlywheelStore, ModelStore } from "@lilux/database";
import { type FlywheelRequest, LiluxError, type Tenant } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import { BY_ITSELF } from "../models/watch-trials.ts";
import { isFitDue } from "./is-fit-due.ts";
import { nextStep } from "./next-step.ts";

export interface FitRankersDeps {
  store: Pick<FlywheelStore, "state" | "willingTenants">;
  models: Pick<ModelStore, "runs" | "models" | "evaluations">;
  /** Asks for something as the tenant, as the gateway does for it. */
  ask(tenant: Tenant, request: FlywheelRequest): Promise<unknown>;
  clock: Clock;
  logger: Logger;
  /** Of the day, UTC. */
  hour: number;
  /** `candidates`: what passes the gate waits for a person. `stages`: it goes on by itself. */
  how: "candidates" | "stages";
  /** Of sessions that a canary answers. */
  share: number;
  canaryTurnsMin: number;
  shadowTurnsMin: number;
}

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** Once a night, tenant by tenant: what is tried goes one stage further or ends, and what is new is fitted on. */
export function fitRankersNightly(deps: FitRankersDeps): Part {
  const { clock, hour } = deps;
  const ended = new AbortController();
  let nights: Promise<void> = Promise.resolve();

  async function wait(): Promise<void> {
    const sinceHour = (clock.unix() - hour * HOUR_MS) % DAY_MS;
    await clock.sleep(DAY_MS - sinceHour, ended.signal);
  }

  async function live(): Promise<void> {
    for (await wait(); !ended.signal.aborted; await wait()) await spendNight(deps, ended.signal);
  }

  return {
    name: "nightly-fit",
    async start() {
      nights = live();
    },
    async stop() {
      ended.abort();
      await nights;
    },
  };
}

async function spendNight(deps: FitRankersDeps, ended: AbortSignal): Promise<void> {
  const tenants = await deps.store.willingTenants().catch((thrown: unknown) => {
    deps.logger.warn({ err: LiluxError.from(thrown) }, "nobody is fitted for tonight");
    return [];
  });
  for (const tenant of tenants) {
    if (ended.aborted) return;
    try {
      await fitFor(tenant, deps);
    } catch (thrown) {
      const err = LiluxError.from(thrown);
      // Too little is there yet: said each night, and no fault.
      const level = err.code === "invalid_request" ? "info" : "warn";
      deps.logger[level]({ tenant, err }, "no ranker was fitted tonight");
    }
  }
}

async function fitFor(tenant: Tenant, deps: FitRankersDeps): Promise<void> {
  const { ask, how } = deps;
  if (how === "stages") await goOn(tenant, deps);
  const { turns } = await deps.store.state(tenant);
  const runs = await deps.models.runs(tenant);
  if (!isFitDue(runs, { turns, now: deps.clock.unix() })) return;
  await ask(tenant, { do: "fit-router", by: BY_ITSELF });
  // A candidate that passed is tried from the next morning on.
  if (how === "stages") await goOn(tenant, deps);
}

/** One stage a night at most, but for a candidate's way into the shadow. */
async function goOn(tenant: Tenant, deps: FitRankersDeps): Promise<void> {
  const { ask, models, share, canaryTurnsMin, shadowTurnsMin, logger } = deps;
  const own = (await models.models(tenant)).filter(({ kind }) => kind === "router");
  const tried = own.find(({ stage }) => stage === "shadow" || stage === "canary");
  const [newest] = own.filter(({ stage }) => stage === "candidate");
  const model = tried ?? newest;
  if (model === undefined) return;
  const [evaluation] = await models.evaluations(tenant, model.model);
  const shown = await ask(tenant, { do: "show-model", model: model.model });
  const step = nextStep(model, { evaluation, shown, canaryTurnsMin, shadowTurnsMin });
  if (step === undefined) return;
  logger.info({ tenant, model: model.model, step: step.to }, "a fitted ranker goes on");
  const { to } = step;
  if (to === "retired") {
    await ask(tenant, { do: "roll-back", kind: "router", by: BY_ITSELF, reason: step.reason });
    return;
  }
  const given = to === "canary" ? { share } : {};
  await ask(tenant, { do: "promote-model", model: model.model, to, by: BY_ITSELF, ...given });
}
