import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SAMPLES_MIN } from "@lilux/core/turns";
import {
  type FittedCalibration,
  openDecider,
  orchestratorConfig,
  readCalibrations,
  withCalibrations,
} from "@lilux/orchestrator";
import { LiluxError } from "@lilux/protocol";
import { createEncoderModel, createLineRouter } from "@lilux/router";
import { CHECKOUT } from "../checkout.ts";
import type { CommandContext } from "../command-context.ts";
import { type Dataset, readDataset } from "../evaluate/dataset.ts";
import { answersFrom, recordQuestions } from "../evaluate/decision-files.ts";
import { describeDecisions, reportDecisions } from "../evaluate/decision-report.ts";
import { type AskedLines, askLines } from "../evaluate/decision-samples.ts";
import { EXIT } from "../exit-codes.ts";
import { textOption } from "./text-option.ts";

/** `lilux eval decisions`: what a configured model's answers on which call is meant are worth, and their fit. */
export async function evaluateDecisionsCommand(
  { env, json, print }: CommandContext,
  _args: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const text = textOption(options);
  const files = { items: text("items") ?? "", data: text("data") ?? "", labels: false };
  const dataset = spread(await readDataset(files), Number(text("lines") ?? Number.NaN));
  const answers = text("answers");
  const questions = text("questions");
  const model = await createEncoderModel({
    directory: env["LILUX_MODEL_DIR"] ?? join(CHECKOUT, "models", "router-encoder"),
    workers: 1,
    linesWaitingMax: 16,
  });
  try {
    const { show, act } = model.manifest.thresholds;
    const fills = dataset.hasDeclaredInputs;
    const router = await createLineRouter(dataset.items, { model, fills });
    const all = options["all"] === true;
    if (questions !== undefined) {
      const { decider, write: writeDown } = recordQuestions(router);
      await askLines({ dataset, router, decider, thresholds: { show, act }, all });
      print(`${await writeDown(questions)} questions in ${questions}`);
      return EXIT.ok;
    }
    const { signal } = new AbortController();
    const decider =
      answers === undefined
        ? await openDecider(orchestratorConfig(env), { pool: text("pool"), signal })
        : await answersFrom(answers);
    const found = await askLines({ dataset, router, decider, thresholds: { show, act }, all });
    const reports = reportsOf(found, act);
    const file = text("write");
    if (file !== undefined) await write(file, reports);
    if (json)
      print(JSON.stringify({ pool: decider.pool, ...found, asked: undefined, reports }, null, 2));
    else
      print(
        [`asked ${decider.pool}`, ...reports.map(describeDecisions), leftOut(found)].join("\n\n"),
      );
    return EXIT.ok;
  } finally {
    await model.close();
  }
}

function reportsOf({ asked, unanswered, reason, notDoubtful }: AskedLines, act: number) {
  const groups = Map.groupBy(asked, ({ model, form }) => `${form} ${model}`);
  const reports = [...groups.values()].flatMap((lines) => {
    const [first] = lines;
    if (first === undefined || lines.length < SAMPLES_MIN) return [];
    return [reportDecisions(lines, { model: first.model, form: first.form, act })];
  });
  if (reports.length > 0) return reports;
  const why = unanswered === 0 ? "" : ` ${unanswered} were not answered: ${reason}`;
  const message = `${asked.length} answers are too few to fit anything: ${SAMPLES_MIN} are needed. ${notDoubtful} lines are not doubtful; --all asks about those too.${why}`;
  throw new LiluxError("invalid_request", { message });
}

/** So many lines, evenly from the first to the last. */
function spread(dataset: Dataset, count: number): Dataset {
  const { lines } = dataset;
  if (!(count >= 1) || count >= lines.length) return dataset;
  const step = lines.length / Math.floor(count);
  return {
    ...dataset,
    lines: lines.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step)),
  };
}

function leftOut({ notDoubtful, unanswered }: AskedLines): string {
  return `${notDoubtful} lines are not doubtful, ${unanswered} were not answered.`;
}

async function write(file: string, reports: ReturnType<typeof reportsOf>): Promise<void> {
  const before = existsSync(file) ? readCalibrations(file) : [];
  const fresh = reports.map(({ model, form, lines, fitted }): FittedCalibration => {
    return { model, form, lines, ...fitted };
  });
  await writeFile(file, `${JSON.stringify(withCalibrations(before, fresh), null, 2)}\n`);
}
