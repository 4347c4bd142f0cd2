import type { DeploymentBook } from "@lilux/bus";
import { digestJson } from "@lilux/core/calls";
import type { CallRanker } from "@lilux/core/ranking";
import { isInShare } from "@lilux/core/rollout";
import { LiluxError, type RouterPart, type Tenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { LRUCache } from "lru-cache";
import type { RouterModel } from "../model/router-model.ts";
import { rankerOf } from "./ranker-of.ts";

/** Who answers a line. */
export interface Answering {
  ranker: CallRanker;
  /** The name that is told of it. */
  model: string;
  /** Changes with whatever would change the answer. */
  key: string;
  /** Who is tried beside it. */
  shadow: { ranker: CallRanker; model: string } | undefined;
}

/** The router's own: what answers where nothing is deployed. */
export interface OwnRanker {
  model: RouterModel;
  modelKey: string;
  ranker: CallRanker;
}

export interface DeployedRankersDeps {
  book: Pick<DeploymentBook, "of">;
  logger: Logger;
  /** A deployed model that cannot be used here was passed over. */
  onUnusable(): void;
}

/** Which ranker answers which session: the tenant's own where one is deployed, else the router's. */
export interface DeployedRankers {
  of(who: { tenant: Tenant; sessionId: string }, engine: OwnRanker): Answering;
}

const RANKERS_MAX = 512;

export function createDeployedRankers(deps: DeployedRankersDeps): DeployedRankers {
  /** By model of the router: another one makes them all anew. */
  const made = new WeakMap<RouterModel, LRUCache<string, { ranker: CallRanker | undefined }>>();

  /** Undefined for one that cannot be used: the line is answered all the same. */
  function usable(part: RouterPart, { model }: OwnRanker): CallRanker | undefined {
    const known = made.get(model) ?? new LRUCache({ max: RANKERS_MAX });
    made.set(model, known);
    const key = `${part.sha256} ${part.model}`;
    const held = known.get(key);
    if (held !== undefined) return held.ranker;
    const ranker = open(part, model);
    known.set(key, { ranker });
    return ranker;
  }

  function open(part: RouterPart, model: RouterModel): CallRanker | undefined {
    try {
      if (digestJson(part.artefact) !== part.sha256) {
        throw new LiluxError("model_invalid", { message: "It is not what was registered." });
      }
      return rankerOf(part.artefact, model);
    } catch (thrown) {
      const err = LiluxError.from(thrown);
      deps.logger.error({ err, model: part.model }, "a deployed model cannot be used");
      deps.onUnusable();
      return undefined;
    }
  }

  return {
    of({ tenant, sessionId }, engine) {
      const { live, trial } = deps.book.of(tenant)?.router ?? {};
      const own: Answering = {
        ranker: engine.ranker,
        model: engine.modelKey,
        key: engine.modelKey,
        shadow: undefined,
      };
      const liveRanker = live === undefined ? undefined : usable(live, engine);
      const answering =
        live === undefined || liveRanker === undefined ? own : named(live, liveRanker);
      const tried = trial === undefined ? undefined : usable(trial, engine);
      if (trial === undefined || tried === undefined) return answering;
      if (trial.stage === "shadow") {
        const shadow = { ranker: tried, model: trial.model };
        return { ...answering, key: `${answering.key} ${trial.sha256}`, shadow };
      }
      const isIn = isInShare({ tenant, sessionId, trial: trial.model }, trial.share);
      return isIn ? named(trial, tried) : answering;
    },
  };
}

function named({ model, sha256 }: RouterPart, ranker: CallRanker): Answering {
  return { ranker, model, key: `${model} ${sha256}`, shadow: undefined };
}
