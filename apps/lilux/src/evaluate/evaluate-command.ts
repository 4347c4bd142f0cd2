import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createEncoderModel, createLineRouter } from "@lilux/router";
import { asPlainRequest } from "./as-plain-request.ts";
import { readDataset } from "./dataset.ts";
import { dumpRankerFeatures } from "./dump-ranker-features.ts";
import { type EvaluationReport, evaluateRouter } from "./evaluate-router.ts";
import { renderReport } from "./render-report.ts";
import { summariseReport } from "./summarise-report.ts";

export interface EvaluateCommandOptions {
  /** Path of items.json. */
  items: string;
  /** Path of data.jsonl. */
  data: string;
  /** Also every line while it is typed. */
  prefixes: boolean;
  /** Plain intent data: each line has a label that is an item's id, or null. */
  labels: boolean;
  /** Write the ranker's features here instead of a report. */
  dumpFeatures: string | undefined;
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
  const dataset = await readDataset(options);
  const model = await createEncoderModel({
    directory: modelDirectory,
    workers: 1,
    linesWaitingMax: 16,
  });
  try {
    // The form of intent data says nothing.
    const reread = dataset.itemsOnly ? { reread: asPlainRequest } : {};
    const router = await createLineRouter(dataset.items, { model, cacheDirectory, ...reread });
    const progress = onProgress === undefined ? {} : { onProgress };
    if (options.dumpFeatures !== undefined) {
      const file = options.dumpFeatures;
      const prefixesPerLine = options.prefixes ? PREFIXES_PER_LINE : 0;
      const { rows } = await dumpRankerFeatures({
        dataset,
        router,
        file,
        prefixesPerLine,
        ...progress,
      });
      options.print(`${rows} rows of features in ${file}`);
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
