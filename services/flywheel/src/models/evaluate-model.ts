import { type Bus, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { digestCall } from "@lilux/core/calls";
import { type GateCase, type GateRules, judgeGate } from "@lilux/core/rollout";
import type { FlywheelStore, StoredModel } from "@lilux/database";
import {
  type Call,
  createParser,
  DEFAULT_THRESHOLDS,
  type EvaluationCase,
  type EvaluationSource,
  LiluxError,
  type ModelEvaluation,
  type RouterArtefact,
  TrialAnswer,
} from "@lilux/protocol";

export interface EvaluateModelDeps {
  bus: Pick<Bus, "request">;
  store: Pick<FlywheelStore, "openDataset">;
  clock: Clock;
  rules: GateRules;
  /** The service stops: nobody waits for a router any more. */
  ended: AbortSignal;
}

const LINES_AT_ONCE = 32;
const TRIAL_WITHIN_MS = 45_000;
/** A router that starts, or reads a library, is asked again. */
const TRIES = 5;
const RETRY_MS = 1_000;
const ROWS_AT_ONCE = 200;
const CASES_MAX = 2_000;

const answers = createParser(TrialAnswer, "the router's answer", "internal");

/**
 * Judges a candidate against the live model. A router's is asked the very lines, as it would be served,
 * so one that loads and answers nonsense shows. Rejects with `model_invalid` where it cannot be used.
 */
export async function evaluateModel(
  asked: { tenant: string; model: StoredModel; live: StoredModel | undefined },
  source: EvaluationSource,
  deps: EvaluateModelDeps,
): Promise<ModelEvaluation> {
  const { suite, cases } = await gateCases(asked, source, deps);
  const verdict = judgeGate(cases, deps.rules);
  return {
    model: asked.model.model,
    at: Math.floor(deps.clock.unix()),
    suite,
    against: asked.live?.model ?? null,
    ...verdict,
  };
}

async function gateCases(
  asked: Parameters<typeof evaluateModel>[0],
  source: EvaluationSource,
  deps: EvaluateModelDeps,
): Promise<{ suite: string; cases: GateCase[] }> {
  const { artefact } = asked.model;
  if ("evaluated" in source) {
    if (artefact.kind === "router") throw routerIsAsked();
    return { suite: source.suite, cases: source.evaluated };
  }
  if (artefact.kind !== "router") throw nobodyToAsk();
  const wanted =
    "cases" in source ? source.cases : await heldOut(asked.tenant, source.dataset, deps.store);
  const suite = "cases" in source ? `${wanted.length} cases` : `dataset ${source.dataset}`;
  return { suite, cases: await askRouter({ ...asked, artefact }, wanted, deps) };
}

function routerIsAsked(): LiluxError {
  return new LiluxError("invalid_request", {
    message: "A router's model is asked here, as it would be served. Give a dataset, or cases.",
    details: { field: "source" },
  });
}

function nobodyToAsk(): LiluxError {
  return new LiluxError("invalid_request", {
    message:
      "A language model is evaluated where it is served. Give what came of it, case by case, for it and for the live one.",
    details: { field: "source" },
  });
}

/** The held-out lines of a dataset of which it is known what was meant. */
async function heldOut(
  tenant: string,
  version: string,
  store: Pick<FlywheelStore, "openDataset">,
): Promise<EvaluationCase[]> {
  const cases: EvaluationCase[] = [];
  for (let after = -1; cases.length < CASES_MAX; ) {
    const page = await store.openDataset({ tenant, version, after, limit: ROWS_AT_ONCE });
    if (page === undefined) {
      throw new LiluxError("invalid_request", {
        message: `There is no dataset ${version}. \`lilux flywheel datasets\` lists them.`,
        details: { field: "dataset" },
      });
    }
    for (const { split, right, line, history, call } of page.rows) {
      if (split !== "test" || !right) continue;
      cases.push({ line, history, call, group: history[0] ?? line });
    }
    const last = page.rows.at(-1);
    if (last === undefined || page.rows.length < ROWS_AT_ONCE) break;
    after = last.position;
  }
  return cases.slice(0, CASES_MAX);
}

async function askRouter(
  asked: { tenant: string; artefact: RouterArtefact; live: StoredModel | undefined },
  cases: readonly EvaluationCase[],
  deps: EvaluateModelDeps,
): Promise<GateCase[]> {
  const { tenant, artefact, live } = asked;
  const current = live?.artefact.kind === "router" ? { live: live.artefact } : {};
  const judged: GateCase[] = [];
  for (let start = 0; start < cases.length; start += LINES_AT_ONCE) {
    const part = cases.slice(start, start + LINES_AT_ONCE);
    const lines = part.map(({ line, history = [] }) => ({ line, history }));
    const answer = await ask(tenant, { artefact, ...current, lines }, deps);
    for (const [place, one] of part.entries()) {
      const told = answer.lines[place];
      if (told === undefined) throw new LiluxError("internal");
      judged.push({
        stratum: one.stratum ?? one.call?.name ?? "none",
        group: one.group ?? one.line,
        isNewRight: isMeant(told.candidate.call, one.call),
        isOldRight: isMeant(told.live.call, one.call),
        wouldAct:
          told.candidate.call !== null && told.candidate.confidence > DEFAULT_THRESHOLDS.act,
      });
    }
  }
  return judged;
}

function isMeant(led: Call | null, meant: Call | null): boolean {
  if (led === null || meant === null) return led === meant;
  return digestCall(led) === digestCall(meant);
}

async function ask(
  tenant: string,
  body: object,
  { bus, clock, ended }: Pick<EvaluateModelDeps, "bus" | "clock" | "ended">,
): Promise<TrialAnswer> {
  for (let tries = 1; ; tries += 1) {
    try {
      const options = { deadlineMs: TRIAL_WITHIN_MS, signal: ended };
      return answers.parse(await bus.request(subjects.trial(tenant), body, options));
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      const mayRecover = error.code === "router_unavailable" || error.code === "bus_unavailable";
      if (!mayRecover || tries === TRIES || ended.aborted) throw asRouterError(error);
      await clock.sleep(RETRY_MS, ended);
    }
  }
}

function asRouterError(error: LiluxError): LiluxError {
  const isAway = error.code === "bus_unavailable" || error.code === "deadline_exceeded";
  return isAway ? new LiluxError("router_unavailable", { cause: error }) : error;
}
