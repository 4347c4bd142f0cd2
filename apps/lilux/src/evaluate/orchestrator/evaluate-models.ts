import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LanguageModel, OrchestratorConfig } from "@lilux/orchestrator";
import { type ExampleCase, LiluxError } from "@lilux/protocol";
import { openStage, type Stage, type StageOptions } from "../../examples/open-stage.ts";
import { askJudge } from "./ask-judge.ts";
import type { Contender } from "./contender.ts";
import { type CaseResult, judgeCase } from "./judge-case.ts";
import { type ModelReport, modelReport } from "./model-report.ts";

export interface EvaluateModelsOptions {
  cases: readonly ExampleCase[];
  contenders: readonly Contender[];
  /** A folder that holds `.ai`, by the name that cases have for it. */
  libraries: Readonly<Record<string, string>>;
  onProgress?: (text: string) => void;
  /** Says of answers whether they are right, beside the matcher; it decides nothing. */
  judge?: LanguageModel | undefined;
  /** Opens where turns are taken; the real one unless a test hands in a model. */
  open?: (options: StageOptions, contender: Contender) => Promise<Stage>;
}

/** Every case by every model, on the real tool core; what changes a library has one of its own. */
export async function evaluateModels(options: EvaluateModelsOptions): Promise<ModelReport[]> {
  const reports: ModelReport[] = [];
  const { cases, judge } = options;
  for (const contender of options.contenders) {
    const { name, configs } = contender;
    const results: CaseResult[] = [];
    for (const config of configs ?? [undefined]) {
      results.push(...(await resultsOf(contender, config, options)));
    }
    const report = modelReport(name, results, { isServed: configs !== undefined });
    if (judge === undefined) reports.push(report);
    else reports.push({ ...report, judge: await askJudge(judge, { cases, results }) });
  }
  return reports;
}

async function resultsOf(
  contender: Contender,
  config: OrchestratorConfig | undefined,
  options: EvaluateModelsOptions,
): Promise<CaseResult[]> {
  const { cases, libraries, onProgress, open = (given) => openStage(given) } = options;
  const shared = new Map<string, Stage>();
  const results: CaseResult[] = [];
  const openFor = (library: string, given?: ExampleCase["given"]): Promise<Stage> => {
    const folder = libraries[library] ?? "";
    return open({ library: folder, given, ...(config === undefined ? {} : { config }) }, contender);
  };
  const { languageModel = config?.local?.pool } = config ?? {};
  const seed = languageModel?.sampling?.seed ?? 1;
  try {
    for (const [at, each] of cases.entries()) {
      const turn = seed === 1 ? "" : `, seed ${seed}`;
      onProgress?.(`${contender.name}: ${at + 1} of ${cases.length} (${each.id}${turn})`);
      const { id: library } = each.library;
      const isAlone = isOnItsOwn(each);
      const stage =
        (isAlone ? undefined : shared.get(library)) ?? (await openFor(library, each.given));
      if (!isAlone) shared.set(library, stage);
      results.push(await take(stage, each, contender));
      if (isAlone) await stage.close();
      refuseSilence(contender, results);
    }
  } finally {
    for (const stage of shared.values()) await stage.close();
  }
  return results;
}

/** Figures of the built-in model under another's name would be none. */
const UNANSWERED_MAX = 3;

function refuseSilence({ name }: Contender, results: readonly CaseResult[]): void {
  if (results.length !== UNANSWERED_MAX || results.some(({ isAnswered }) => isAnswered)) return;
  throw new LiluxError("llm_unavailable", {
    message: `${name} answered none of the first ${UNANSWERED_MAX} cases; the built-in model did. Is its server there, and does it serve that model? lilux doctor asks it.`,
  });
}

/** A turn that is to change something, or that begins with something of its own. */
function isOnItsOwn({ given, checks, answer, category }: ExampleCase): boolean {
  return (
    given !== undefined || checks.files !== undefined || answer === "yes" || category === "steps"
  );
}

async function take(
  stage: Stage,
  given: ExampleCase,
  { model, configs }: Contender,
): Promise<CaseResult> {
  const played = await stage.play(given, {
    answer: given.answer,
    ...(model === undefined ? {} : { model }),
  });
  return judgeCase(given, played, {
    isServed: configs !== undefined,
    readFile: (path) => readFile(join(stage.project, ".ai", path), "utf8").catch(() => null),
  });
}
