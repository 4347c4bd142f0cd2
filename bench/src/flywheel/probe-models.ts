import { subjects } from "@lilux/bus";
import { fitRanker, type StudiedLine } from "@lilux/core/fitting";
import {
  type Call,
  createParser,
  DatasetManifest,
  DatasetPage,
  type DatasetRow,
  ListedModel,
  ModelEvaluation,
  ModelSwitch,
  type RankerWeights,
  RouterFit,
  ShownModel,
  StudyAnswer,
  TrainingRun,
  TrialAnswer,
} from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { Type } from "typebox";
import type { MonthLibrary } from "./month-libraries.ts";
import { askTenant } from "./play-month.ts";
import type { MonthServices } from "./start-month-services.ts";

const parsers = {
  fit: createParser(RouterFit, "a fit"),
  shown: createParser(ShownModel, "a model"),
  models: createParser(Type.Object({ models: Type.Array(ListedModel) }), "models"),
  runs: createParser(Type.Object({ runs: Type.Array(TrainingRun) }), "runs"),
  switches: createParser(Type.Object({ switches: Type.Array(ModelSwitch) }), "switches"),
  manifest: createParser(DatasetManifest, "a dataset"),
  page: createParser(DatasetPage, "a page of a dataset"),
  evaluation: createParser(ModelEvaluation, "an evaluation"),
  study: createParser(StudyAnswer, "a study"),
  trial: createParser(TrialAnswer, "a trial"),
};
const LINES_AT_ONCE = 32;
const WITHIN_MS = 120_000;

/** The ranker that is fitted for a tenant now; undefined where there is too little, or nothing to gain. */
export async function fitOf(services: MonthServices, tenant: string): Promise<object | undefined> {
  const request = { tenant, method: "POST", path: "/v1/flywheel/fits" } as const;
  const fit = await askTenant(services, request).then(parsers.fit.parse, () => undefined);
  if (fit?.model === undefined || fit.model === null) return undefined;
  const path = `/v1/flywheel/models/${fit.model.model}`;
  return parsers.shown.parse(await askTenant(services, { tenant, path })).artefact;
}

/** Who leads on these lines by two rankers, as the router answers a trial. */
export async function leadersBy(
  { bus }: MonthServices,
  asked: { subject: string; artefact: object; live: object },
  lines: readonly string[],
): Promise<TrialAnswer["lines"]> {
  const { subject, artefact, live } = asked;
  const leaders: TrialAnswer["lines"] = [];
  for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
    const part = lines.slice(start, start + LINES_AT_ONCE);
    const body = { artefact, live, lines: part.map((line) => ({ line, history: [] })) };
    const answer = await bus.request(subject, body, { deadlineMs: WITHIN_MS });
    leaders.push(...parsers.trial.parse(answer).lines);
  }
  return leaders;
}

/** All that a tenant's flywheel says of its models. */
export interface ModelStory {
  tenant: string;
  runs: TrainingRun[];
  models: { model: string; stage: string; reason?: string; evaluations: ModelEvaluation[] }[];
  switches: ModelSwitch[];
}

export async function readStory(services: MonthServices, tenant: string): Promise<ModelStory> {
  const get = (path: string): Promise<unknown> => askTenant(services, { tenant, path });
  const { models } = parsers.models.parse(await get("/v1/flywheel/models"));
  const shown: ModelStory["models"] = [];
  for (const { model } of models) {
    const { stage, reason, evaluations } = parsers.shown.parse(
      await get(`/v1/flywheel/models/${model}`),
    );
    shown.push({ model, stage, evaluations, ...(reason === undefined ? {} : { reason }) });
  }
  const { runs } = parsers.runs.parse(await get("/v1/flywheel/runs"));
  const { switches } = parsers.switches.parse(await get("/v1/flywheel/switches"));
  return { tenant, runs, models: shown, switches };
}

export interface PoisonedProbe {
  tenant: string;
  /** `flipped`: fitted on the tenant's lines with the calls of others. `shuffled`: weights in another order. */
  kind: "flipped" | "shuffled";
  passes: boolean;
  refusals: string[];
}

/** Two bad rankers are registered, as anybody's script might, and judged by what the tenant's people did. */
export async function probePoisoned(
  services: MonthServices,
  { name: tenant, wishes }: MonthLibrary,
): Promise<PoisonedProbe[]> {
  const request = { tenant, method: "POST", path: "/v1/flywheel/datasets" } as const;
  const built = await askTenant(services, { ...request, body: { name: "probe" } }).then(
    parsers.manifest.parse,
    () => undefined,
  );
  if (built === undefined) return [];
  const rows = await readRows(services, { tenant, version: built.version });
  const calls = wishes.map(({ call }) => call);
  const flipped = rows.map((row) => ({ ...row, call: flip(row.call, calls) }));
  const poisoned = await fitOn(services, { tenant, rows: flipped });
  if (poisoned === undefined) return [];
  const { base, ranker, fitted } = poisoned;
  const weights = ranker.weights.toReversed();
  const probes: PoisonedProbe[] = [];
  for (const [kind, bad] of [
    ["flipped", fitted],
    ["shuffled", { ...ranker, weights }],
  ] as const) {
    const artefact = { kind: "router", base, ranker: bad };
    const evaluation = await judge(services, { tenant, kind, artefact, version: built.version });
    probes.push({ tenant, kind, passes: evaluation.passes, refusals: evaluation.refusals });
  }
  return probes;
}

async function judge(
  services: MonthServices,
  given: {
    tenant: string;
    kind: string;
    artefact: { base: Record<string, string> };
    version: string;
  },
): Promise<ModelEvaluation> {
  const { tenant, kind, artefact, version } = given;
  const model = `bad-${kind}`;
  const sha256 = artefact.base["model.onnx"] ?? "";
  const card = {
    licence: "the tenant's own",
    base: { name: "lilux-router-encoder", licence: "Apache-2.0", sha256 },
    data: { sha256, licence: "the tenant's own", dataset: version },
    figures: [{ name: "what its maker claims", value: 0.99, low: 0.98, high: 1, cases: 500 }],
    limits: "Made to be refused.",
  };
  const post = { tenant, method: "POST" } as const;
  await askTenant(services, {
    ...post,
    path: "/v1/flywheel/models",
    body: { model, card, artefact },
  });
  const path = `/v1/flywheel/models/${model}/evaluations`;
  return parsers.evaluation.parse(
    await askTenant(services, { ...post, path, body: { dataset: version } }),
  );
}

function flip(call: Call | null, calls: readonly Call[]): Call | null {
  if (call === null) return null;
  const own = JSON.stringify(call.arguments);
  const place = calls.findIndex((one) => own.includes(JSON.stringify(one.arguments).slice(1, -1)));
  return calls[(Math.max(0, place) + 1) % calls.length] ?? null;
}

async function readRows(
  services: MonthServices,
  { tenant, version }: { tenant: string; version: string },
): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for (let after: number | null = -1; after !== null; ) {
    const path = `/v1/flywheel/datasets/${version}?after=${after}`;
    const page = parsers.page.parse(await askTenant(services, { tenant, path }));
    rows.push(...page.rows);
    after = page.next;
  }
  return rows;
}

async function fitOn(
  { bus }: MonthServices,
  { tenant, rows }: { tenant: string; rows: readonly DatasetRow[] },
): Promise<
  { base: Record<string, string>; ranker: RankerWeights; fitted: RankerWeights } | undefined
> {
  const lines: Record<string, StudiedLine[]> = { train: [], validation: [] };
  let told: StudyAnswer | undefined;
  const right = rows.filter((row) => row.right && row.split !== "test");
  for (let start = 0; start < right.length; start += LINES_AT_ONCE) {
    const part = right.slice(start, start + LINES_AT_ONCE);
    const body = { study: part.map(({ line, history, call }) => ({ line, history, call })) };
    const answer = await bus.request(subjects.trial(testTenant(tenant)), body, {
      deadlineMs: WITHIN_MS,
    });
    told = parsers.study.parse(answer);
    for (const [place, seen] of told.lines.entries()) {
      lines[part[place]?.split ?? "train"]?.push({ ...seen, right: true, weight: 1 });
    }
  }
  if (told === undefined) return undefined;
  const { train = [], validation = [] } = lines;
  const { base, ranker } = told;
  return { base, ranker, fitted: fitRanker(ranker, { train, validation }).ranker };
}

export interface RollbackProbe {
  tenant: string;
  from: string;
  to: string;
  /** From the request to the first prediction that another model made. */
  ms: number;
}

/** Takes back what answers a tenant, where something of its own does, and waits until lines say so. */
export async function probeRollback(
  services: MonthServices,
  { name: tenant, wishes }: MonthLibrary,
): Promise<RollbackProbe | undefined> {
  const { models } = parsers.models.parse(
    await askTenant(services, { tenant, path: "/v1/flywheel/models" }),
  );
  const live = models.find(({ kind, stage }) => kind === "router" && stage === "live");
  if (live === undefined) return undefined;
  const text = wishes[0]?.texts[0] ?? "hello";
  const asks = {
    tenant: testTenant(tenant),
    sessionId: "rollback",
    seq: 0,
    text,
    withinMs: 10_000,
  };
  const model = async (): Promise<string> => (await services.router.predict(asks)).model ?? "";
  const begun = performance.now();
  const body = { kind: "router", reason: "the month's end" };
  const path = "/v1/flywheel/rollback";
  const isTried = models.some(({ stage }) => stage === "shadow" || stage === "canary");
  // The first ends what is tried beside it, where something is.
  for (let times = isTried ? 2 : 1; times > 0; times -= 1) {
    await askTenant(services, { tenant, method: "POST", path, body });
  }
  let to = await model();
  while (to === live.model) to = await model();
  return { tenant, from: live.model, to, ms: performance.now() - begun };
}
