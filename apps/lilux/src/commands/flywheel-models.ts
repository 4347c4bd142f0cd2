import {
  createParser,
  LiluxError,
  ListedModel,
  ModelEvaluation,
  ModelSwitch,
  RouterFit,
  ShownModel,
  TrainingRun,
  type TrialReport,
} from "@lilux/protocol";
import { Type } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, type Styled, style } from "../output/styled.ts";
import type { RestClient } from "../rest-client.ts";
import { withInstance } from "./instance.ts";
import { readJsonFile, readJsonLines, readModelFolder } from "./model-folder.ts";

const runs = createParser(Type.Object({ runs: Type.Array(TrainingRun) }), "the answer", "internal");
const models = createParser(
  Type.Object({ models: Type.Array(ListedModel) }),
  "the answer",
  "internal",
);
const switches = createParser(
  Type.Object({ switches: Type.Array(ModelSwitch) }),
  "the answer",
  "internal",
);
const listedModel = createParser(ListedModel, "the answer", "internal");
const shownModel = createParser(ShownModel, "the answer", "internal");
const evaluation = createParser(ModelEvaluation, "the answer", "internal");
const fits = createParser(RouterFit, "the answer", "internal");
const FIT_WITHIN_MS = 610_000;
/** A router is asked some thousand lines. */
const EVALUATE_WITHIN_MS = 310_000;

/** `lilux flywheel runs` */
export async function flywheelRuns({ env, json, print }: CommandContext): Promise<number> {
  const answer = runs.parse(await get(env, "/v1/flywheel/runs"));
  if (json) print(JSON.stringify(answer.runs, null, 2));
  else if (answer.runs.length === 0) print("None was told of.");
  else {
    for (const { run, kind, base, data, state, startedAt } of answer.runs) {
      print(line`${style.bold(run)}  ${kind}  ${state}  on ${base}, ${data}  ${dayOf(startedAt)}`);
    }
  }
  return EXIT.ok;
}

/** `lilux flywheel record-run <file>` */
export async function flywheelRecordRun(
  { env, json, print }: CommandContext,
  [file = ""]: string[],
): Promise<number> {
  const body = await readJsonFile(file);
  const told = await post(env, "/v1/flywheel/runs", body);
  print(json ? JSON.stringify(told, null, 2) : "The run is written down.");
  return EXIT.ok;
}

/** `lilux flywheel fit` */
export async function flywheelFit({ env, json, print }: CommandContext): Promise<number> {
  const fit = fits.parse(await post(env, "/v1/flywheel/fits", {}, FIT_WITHIN_MS));
  if (json) print(JSON.stringify(fit, null, 2));
  else for (const text of describeFit(fit)) print(text);
  return EXIT.ok;
}

function describeFit({ run, model, evaluation }: RouterFit): (Styled | string)[] {
  const { trainLines, validationLines, lossBefore, lossAfter } = run.metrics;
  const loss = (value: unknown): string => Number(value).toFixed(4);
  return [
    line`${style.bold(run.run)}  fitted on ${String(trainLines)} lines of dataset ${run.data}`,
    `loss     ${loss(lossBefore)} to ${loss(lossAfter)} on ${validationLines} lines that decide`,
    ...(model === null
      ? ["Nothing was better than what answers now: there is no candidate."]
      : [oneLine(model)]),
    ...(evaluation === null ? [] : describeEvaluation(evaluation)),
  ];
}

/** `lilux flywheel models` */
export async function flywheelModels({ env, json, print }: CommandContext): Promise<number> {
  const answer = models.parse(await get(env, "/v1/flywheel/models"));
  if (json) print(JSON.stringify(answer.models, null, 2));
  else if (answer.models.length === 0) print("There is none: the services' own models answer.");
  else for (const model of answer.models) print(oneLine(model));
  return EXIT.ok;
}

function oneLine({ model, kind, stage, share, stagedAt, reason, isDataStale }: ListedModel) {
  const of = stage === "canary" ? ` of ${(100 * share).toFixed(0)} % of sessions` : "";
  const stale = isDataStale ? "  its data is stale" : "";
  const why = reason === undefined ? "" : `  ${reason}`;
  return line`${style.bold(model)}  ${kind}  ${stage}${of}  ${dayOf(stagedAt)}${stale}${why}`;
}

/** `lilux flywheel model <name>` */
export async function flywheelModel(
  { env, json, print }: CommandContext,
  [name = ""]: string[],
): Promise<number> {
  const model = shownModel.parse(await get(env, modelPath(name)));
  if (json) {
    print(JSON.stringify(model, null, 2));
    return EXIT.ok;
  }
  const { card, sha256, trial, evaluations } = model;
  print(oneLine(model));
  print(`licence  ${card.licence}; on ${card.base.name} (${card.base.licence})`);
  print(`hash     ${sha256}`);
  for (const { name: figure, value, low, high, cases } of card.figures) {
    print(`figure   ${figure} ${value} (${low} to ${high}, ${cases} cases)`);
  }
  if (trial !== undefined) for (const text of describeTrial(trial)) print(text);
  for (const one of evaluations) for (const text of describeEvaluation(one)) print(text);
  return EXIT.ok;
}

function describeTrial(trial: TrialReport): string[] {
  const { turns, liveTurns, accepted, liveAccepted, differs, evidence, limit } = trial;
  const percent = (share: number | null): string =>
    share === null ? "nothing yet" : `${(100 * share).toFixed(1)} %`;
  const against = Object.entries(evidence ?? {}).map(([test, of]) => `${test} ${of.toFixed(1)}`);
  return [
    `turns    ${turns} of it, wanted ${percent(accepted)}; ${liveTurns} of the live model, wanted ${percent(liveAccepted)}`,
    ...(differs === undefined
      ? []
      : [
          `differs  in ${differs.turns} turns: its call ran in ${differs.onlyNew}, the shown one in ${differs.onlyLive}`,
        ]),
    ...(limit === undefined ? [] : [`against  ${against.join(", ")}; stopped from ${limit} up`]),
  ];
}

function describeEvaluation(one: ModelEvaluation): string[] {
  const { suite, against, passes, refusals, difference, low, high, onlyNew, onlyOld } = one;
  const points = (share: number): string => (100 * share).toFixed(1);
  return [
    `gate     ${passes ? "passed" : "refused"}, by ${suite} against ${against ?? "the services' own"}: ${points(difference)} points better (${points(low)} to ${points(high)}); alone right in ${onlyNew}, alone wrong in ${onlyOld}`,
    ...one.strata.map(
      ({ stratum, cases, right, liveRight }) =>
        `  ${stratum}: ${right} of ${cases} right, the live model ${liveRight}`,
    ),
    ...refusals.map((text) => `  refused: ${text}`),
  ];
}

/** `lilux flywheel register <name> <folder>` */
export async function flywheelRegister(
  { env, json, print }: CommandContext,
  [model = "", folder = ""]: string[],
  { run }: Record<string, unknown>,
): Promise<number> {
  const { card, artefact } = await readModelFolder(folder);
  const told = typeof run === "string" ? { run } : {};
  const body = { model, card, artefact, ...told };
  const added = listedModel.parse(await post(env, "/v1/flywheel/models", body));
  if (json) print(JSON.stringify(added, null, 2));
  else print(oneLine(added));
  return EXIT.ok;
}

/** `lilux flywheel evaluate <model>` */
export async function flywheelEvaluate(
  { env, json, print }: CommandContext,
  [model = ""]: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const body = await sourceOf(options);
  const path = `${modelPath(model)}/evaluations`;
  const one = evaluation.parse(await post(env, path, body, EVALUATE_WITHIN_MS));
  if (json) print(JSON.stringify(one, null, 2));
  else for (const text of describeEvaluation(one)) print(text);
  return one.passes ? EXIT.ok : EXIT.failed;
}

async function sourceOf({ dataset, cases, results }: Record<string, unknown>): Promise<object> {
  if (typeof dataset === "string") return { dataset };
  if (typeof cases === "string") return { cases: await readJsonLines(cases) };
  if (typeof results === "string") {
    return { suite: results, evaluated: await readJsonLines(results) };
  }
  throw new LiluxError("invalid_request", {
    message: "Say what it is judged by: --dataset <version>, --cases <file> or --results <file>.",
    details: { field: "dataset" },
  });
}

/** `lilux flywheel promote <model>` */
export async function flywheelPromote(
  { env, json, print }: CommandContext,
  [model = ""]: string[],
  { to, share }: Record<string, unknown>,
): Promise<number> {
  const given = typeof share === "string" ? { share: Number(share) } : {};
  const answer = await post(env, `${modelPath(model)}/promotion`, { to, ...given });
  return tell(answer, { json, print });
}

/** `lilux flywheel rollback <kind>` */
export async function flywheelRollback(
  { env, json, print }: CommandContext,
  [kind = ""]: string[],
  { reason }: Record<string, unknown>,
): Promise<number> {
  const given = typeof reason === "string" ? { reason } : {};
  return tell(await post(env, "/v1/flywheel/rollback", { kind, ...given }), { json, print });
}

/** `lilux flywheel switches` */
export async function flywheelSwitches({ env, json, print }: CommandContext): Promise<number> {
  return tell(await get(env, "/v1/flywheel/switches"), { json, print });
}

function tell(answer: unknown, { json, print }: Pick<CommandContext, "json" | "print">): number {
  const made = switches.parse(answer).switches;
  if (json) print(JSON.stringify(made, null, 2));
  for (const { at, kind, model, from, to, share, by, reason } of json ? [] : made) {
    const of = to === "canary" ? ` of ${(100 * share).toFixed(0)} % of sessions` : "";
    const why = reason === undefined ? "" : `  ${reason}`;
    print(
      line`${new Date(at).toISOString()}  ${style.bold(model)}  ${kind}  ${from} → ${to}${of}  by ${by}${why}`,
    );
  }
  return EXIT.ok;
}

function modelPath(name: string): string {
  return `/v1/flywheel/models/${encodeURIComponent(name)}`;
}

function get(env: CommandContext["env"], path: string): Promise<unknown> {
  return withInstance(env, (client: RestClient) => client.request({ path }));
}

function post(
  env: CommandContext["env"],
  path: string,
  body: unknown,
  deadlineMs = 70_000,
): Promise<unknown> {
  return withInstance(env, (client) => client.request({ method: "POST", path, body, deadlineMs }));
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
