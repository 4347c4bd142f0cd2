import { digestCall } from "@lilux/core/calls";
import { type GateCase, type GateRules, judgeGate } from "@lilux/core/rollout";
import type { FlywheelStore, StoredModel } from "@lilux/database";
import {
  AnchorsAnswer,
  type Call,
  createParser,
  DEFAULT_THRESHOLDS,
  type EvaluationCase,
  type EvaluationSource,
  LiluxError,
  type ModelEvaluation,
  type RouterArtefact,
  type Tenant,
  TrialAnswer,
  type TrialLeader,
} from "@lilux/protocol";
import { artefactOf } from "./artefact-of.ts";
import { type AskRouterDeps, askRouter } from "./ask-router.ts";

export interface EvaluateModelDeps extends AskRouterDeps {
  store: Pick<FlywheelStore, "openDataset">;
  rules: GateRules;
}

const LINES_AT_ONCE = 32;
/** Beside them twenty lines of talk. */
const ANCHORS = 40;
const NOTHING: TrialLeader = { call: null, confidence: 0 };
const ROWS_AT_ONCE = 200;
const CASES_MAX = 2_000;

const answers = createParser(TrialAnswer, "the router's answer", "internal");
const anchors = createParser(AnchorsAnswer, "the router's answer", "internal");

/**
 * Judges a candidate against the live model. A router's is asked the very lines, as it would be served,
 * so one that loads and answers nonsense shows. Rejects with `model_invalid` where it cannot be used.
 */
export async function evaluateModel(
  asked: { tenant: Tenant; model: StoredModel; live: StoredModel | undefined },
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
  const artefact = artefactOf(asked.model);
  if ("evaluated" in source) {
    if (artefact.kind === "router") throw routerIsAsked();
    return { suite: source.suite, cases: source.evaluated };
  }
  if (artefact.kind !== "router") throw nobodyToAsk();
  const wanted =
    "cases" in source ? source.cases : await heldOut(asked.tenant, source.dataset, deps.store);
  const suite = "cases" in source ? `${wanted.length} cases` : `dataset ${source.dataset}`;
  const ofPeople = await judgeLines({ ...asked, artefact }, wanted, deps);
  // Lines of people are labelled by what people did, which may be wrong in one and the same way.
  const anchors = "dataset" in source ? await askAnchors({ ...asked, artefact }, deps) : [];
  return { suite, cases: [...ofPeople, ...anchors] };
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
  tenant: Tenant,
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

async function judgeLines(
  asked: AskedRouter,
  cases: readonly EvaluationCase[],
  deps: EvaluateModelDeps,
): Promise<GateCase[]> {
  const leaders = await leadersOn(
    asked,
    cases.map(({ line, history = [] }) => ({ line, history })),
    deps,
  );
  return cases.map((one, place) => {
    const { candidate, old } = leaders[place] ?? { candidate: NOTHING, old: NOTHING };
    return {
      stratum: one.stratum ?? one.call?.name ?? "none",
      group: one.group ?? one.line,
      isNewRight: isMeant(candidate.call, one.call),
      isOldRight: isMeant(old.call, one.call),
      wouldAct: candidate.call !== null && candidate.confidence > DEFAULT_THRESHOLDS.act,
    };
  });
}

/** Lines that the library itself says the meaning of, and talk. */
async function askAnchors(asked: AskedRouter, deps: EvaluateModelDeps): Promise<GateCase[]> {
  const { tenant } = asked;
  const { lines } = anchors.parse(await askRouter(tenant, { anchors: ANCHORS }, deps));
  const leaders = await leadersOn(
    asked,
    lines.map(({ line }) => ({ line, history: [] })),
    deps,
  );
  return lines.map(({ line, item }, place) => {
    const { candidate, old } = leaders[place] ?? { candidate: NOTHING, old: NOTHING };
    return {
      stratum: item === null ? "talk" : "described",
      group: line,
      isNewRight: isOfItem(candidate.call, item),
      isOldRight: isOfItem(old.call, item),
      isAnchor: true,
    };
  });
}

type Anchor = AnchorsAnswer["lines"][number];

/** Whatever is done with it: a description does not say. */
function isOfItem(led: Call | null, item: Anchor["item"]): boolean {
  if (led === null || item === null) return led === item;
  const given = led.arguments;
  return "item_id" in given && given.item_type === item.item_type && given.item_id === item.item_id;
}

interface AskedRouter {
  tenant: Tenant;
  artefact: RouterArtefact;
  live: StoredModel | undefined;
}

/** Who leads on each line, by the candidate and by what is live. */
async function leadersOn(
  { tenant, artefact, live }: AskedRouter,
  lines: readonly { line: string; history: string[] }[],
  deps: EvaluateModelDeps,
): Promise<{ candidate: TrialLeader; old: TrialLeader }[]> {
  const now = live === undefined ? undefined : artefactOf(live);
  const current = now?.kind === "router" ? { live: now } : {};
  const leaders: { candidate: TrialLeader; old: TrialLeader }[] = [];
  for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
    const part = lines.slice(start, start + LINES_AT_ONCE);
    const body = { artefact, ...current, lines: part };
    const answer = answers.parse(await askRouter(tenant, body, deps));
    if (answer.lines.length !== part.length) throw new LiluxError("internal");
    leaders.push(...answer.lines.map((told) => ({ candidate: told.candidate, old: told.live })));
  }
  return leaders;
}

function isMeant(led: Call | null, meant: Call | null): boolean {
  if (led === null || meant === null) return led === meant;
  return digestCall(led) === digestCall(meant);
}
