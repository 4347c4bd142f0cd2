import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { createEncoderModel, createLineRouter, type LineRouter } from "@lilux/router";
import { addPhrasings } from "./add-phrasings.ts";
import { asPlainRequest } from "./as-plain-request.ts";
import { type Dataset, readDataset, readItems } from "./dataset.ts";
import { dumpRankerFeatures, type LearntRegime } from "./dump-ranker-features.ts";
import { type EvaluationReport, evaluateRouter } from "./evaluate-router.ts";
import { exactIdLines } from "./exact-id-lines.ts";
import { describeCurve, learningCurve } from "./learning-curve.ts";
import { describeSizes, librarySizes } from "./library-sizes.ts";
import { rememberingModel } from "./remembering-model.ts";
import { renderReport } from "./render-report.ts";
import { PHRASING_FOLDS, withSimulatedPhrasings } from "./simulate-phrasings.ts";
import { summariseReport } from "./summarise-report.ts";

export interface EvaluateCommandOptions {
  /** Path of items.json. */
  items: string | undefined;
  /** A folder that holds `.ai`, whose items are taken instead. */
  project?: string | undefined;
  /** Path of data.jsonl; not needed with `ids`. */
  data: string | undefined;
  /** The lines are every form of naming an item outright, over every item. */
  ids?: boolean;
  /** The same lines over libraries of so many items, instead of a report. */
  sizes?: readonly number[] | undefined;
  /** With `sizes`: items.json of those that fill a library up. */
  distractors?: string | undefined;
  /** Also every line while it is typed. */
  prefixes: boolean;
  /** Plain intent data: each line has a label that is an item's id, or null. */
  labels: boolean;
  /** Write the ranker's features here instead of a report. */
  dumpFeatures: string | undefined;
  /** With `dumpFeatures`: every moment once more as if something had been learnt. */
  learnt?: boolean;
  /** How much better it gets as somebody types and corrects, instead of a report. */
  curve?: boolean;
  /** A JSON file of item ids with the lines that people type for them: added to the items. */
  phrasings?: string | undefined;
  /** A folder for report.json and report.html. */
  report: string | undefined;
  modelDirectory: string;
  /** Keeps item embeddings between runs. */
  cacheDirectory?: string | undefined;
  /** Print the report as JSON. */
  json: boolean;
  print(text: string): void;
  /** Called now and then with how far it is. */
  onProgress?: (done: number, all: number) => void;
}

const PREFIXES_PER_LINE = 3;

/** `lilux eval router`. Throws `invalid_request` for unreadable data, `model_invalid` for the model. */
export async function runEvaluateCommand(options: EvaluateCommandOptions): Promise<void> {
  const { modelDirectory, cacheDirectory, onProgress } = options;
  const dataset = await readPhrasedDataset(options);
  const model = await createEncoderModel({
    directory: modelDirectory,
    workers: 1,
    linesWaitingMax: 16,
    // A ranker is fitted on all that it could weigh.
    ...(options.dumpFeatures === undefined ? {} : { givesTokens: true }),
  });
  try {
    // The form of intent data says nothing.
    const reread = dataset.itemsOnly ? { reread: asPlainRequest } : {};
    const routerOptions = {
      model: rememberingModel(model),
      cacheDirectory,
      fills: dataset.hasDeclaredInputs,
      ...reread,
    };
    const router = await createLineRouter(dataset.items, routerOptions);
    const progress = onProgress === undefined ? {} : { onProgress };
    if (options.dumpFeatures !== undefined) {
      const file = options.dumpFeatures;
      const prefixesPerLine = options.prefixes ? PREFIXES_PER_LINE : 0;
      const { rows } = await dumpRankerFeatures({
        dataset,
        router,
        learnt: options.learnt === true ? await learntRouters(dataset, routerOptions) : undefined,
        routerOver: dataset.itemsOnly
          ? undefined
          : (items) => createLineRouter(items, { ...routerOptions, cacheDirectory: undefined }),
        file,
        prefixesPerLine,
        ...progress,
      });
      options.print(`${rows} rows of features in ${file}`);
      return;
    }
    if (options.curve === true) {
      const curve = await learningCurve(dataset, router);
      options.print(options.json ? JSON.stringify(curve, null, 2) : describeCurve(curve));
      return;
    }
    if (options.sizes !== undefined) {
      const { sizes, distractors: file } = options;
      const distractors = file === undefined ? [] : await readItems(file);
      const figures = await librarySizes({ ...routerOptions, dataset, distractors, sizes });
      options.print(options.json ? JSON.stringify(figures, null, 2) : describeSizes(figures));
      return;
    }
    const { prefixes } = options;
    const report = await evaluateRouter({ dataset, model, router, prefixes, ...progress });
    if (options.report !== undefined) await writeReport(report, options.report);
    options.print(options.json ? JSON.stringify(report, null, 2) : summariseReport(report));
  } finally {
    await model.close();
  }
}

async function writeReport(report: EvaluationReport, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(directory, "report.html"), renderReport(report));
}

async function readPhrasedDataset(options: EvaluateCommandOptions): Promise<Dataset> {
  const { items, project, data, labels, ids } = options;
  if (data === undefined && ids !== true) {
    throw new LiluxError("invalid_request", {
      message: "Name the lines with --data, or say --ids.",
    });
  }
  const read = await readDataset({ items, project, data, labels });
  const lines = ids === true ? exactIdLines(read.items) : read.lines;
  const dataset = { ...read, lines };
  if (options.phrasings === undefined) return dataset;
  return { ...dataset, items: await addPhrasings(dataset.items, options.phrasings) };
}

type LineRouterOptions = Parameters<typeof createLineRouter>[1];

/** One router for every regime and fold. */
async function learntRouters(
  { items, lines }: Dataset,
  options: LineRouterOptions,
): Promise<Record<LearntRegime, LineRouter[]>> {
  const ofRegime = async (regime: LearntRegime): Promise<LineRouter[]> => {
    const made: LineRouter[] = [];
    for (let fold = 0; fold < PHRASING_FOLDS; fold += 1) {
      const phrased = withSimulatedPhrasings(items, lines, { regime, fold });
      made.push(await createLineRouter(phrased, options));
    }
    return made;
  };
  return { mixed: await ofRegime("mixed"), full: await ofRegime("full") };
}
