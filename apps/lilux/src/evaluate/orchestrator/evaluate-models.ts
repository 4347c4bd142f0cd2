import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExampleCase } from "@lilux/protocol";
import { openStage, type Stage, type StageOptions } from "../../examples/open-stage.ts";
import type { Contender } from "./contender.ts";
import { type CaseResult, judgeCase } from "./judge-case.ts";
import { type ModelReport, modelReport } from "./model-report.ts";

export interface EvaluateModelsOptions {
  cases: readonly ExampleCase[];
  contenders: readonly Contender[];
  /** A folder that holds `.ai`, by the name that cases have for it. */
  libraries: Readonly<Record<string, string>>;
  onProgress?: (text: string) => void;
  /** Opens where turns are taken; the real one unless a test hands in a model. */
  open?: (options: StageOptions, contender: Contender) => Promise<Stage>;
}

/** Every case by every model, on the real tool core; what changes a library has one of its own. */
export async function evaluateModels(options: EvaluateModelsOptions): Promise<ModelReport[]> {
  const reports: ModelReport[] = [];
  for (const contender of options.contenders) {
    const results = await resultsOf(contender, options);
    reports.push(
      modelReport(contender.name, results, { isServed: contender.config !== undefined }),
    );
  }
  return reports;
}

async function resultsOf(
  contender: Contender,
  options: EvaluateModelsOptions,
): Promise<CaseResult[]> {
  const { cases, libraries, onProgress, open = (given) => openStage(given) } = options;
  const { config } = contender;
  const shared = new Map<string, Stage>();
  const results: CaseResult[] = [];
  const openFor = (library: string, given?: ExampleCase["given"]): Promise<Stage> => {
    const folder = libraries[library] ?? "";
    return open({ library: folder, given, ...(config === undefined ? {} : { config }) }, contender);
  };
  try {
    for (const [at, each] of cases.entries()) {
      onProgress?.(`${contender.name}: ${at + 1} of ${cases.length} (${each.id})`);
      const { id: library } = each.library;
      if (isOnItsOwn(each)) {
        const stage = await openFor(library, each.given);
        results.push(await take(stage, each));
        await stage.close();
        continue;
      }
      const stage = shared.get(library) ?? (await openFor(library));
      shared.set(library, stage);
      results.push(await take(stage, each));
    }
  } finally {
    for (const stage of shared.values()) await stage.close();
  }
  return results;
}

/** A turn that is to change something, or that begins with something of its own. */
function isOnItsOwn({ given, checks, answer, category }: ExampleCase): boolean {
  return (
    given !== undefined || checks.files !== undefined || answer === "yes" || category === "steps"
  );
}

async function take(stage: Stage, given: ExampleCase): Promise<CaseResult> {
  const played = await stage.play(given, { answer: given.answer });
  return judgeCase(given, played, (path) =>
    readFile(join(stage.project, ".ai", path), "utf8").catch(() => null),
  );
}
