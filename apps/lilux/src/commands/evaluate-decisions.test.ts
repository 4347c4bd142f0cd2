import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { orchestratorConfig } from "@lilux/orchestrator";
import { runStrictServer } from "@lilux/orchestrator/strict-server";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { evaluateDecisionsCommand } from "./evaluate-decisions.ts";

const NAMES = ["csv_to_json", "resize_images", "send_invoice", "count_words", "clean_cache"];
const ITEMS = NAMES.map((item_id) => {
  return { item_type: "script", item_id, description: `Does ${item_id.replaceAll("_", " ")}.` };
});
const LINES = NAMES.flatMap((item_id) =>
  Array.from({ length: 7 }, (_, at) => {
    const call = { name: "execute", arguments: { item_type: "script", item_id, action: "run" } };
    return {
      id: `${item_id}${at}`,
      text: `please run ${item_id.replaceAll("_", " ")} ${"now ".repeat(at)}`,
      call,
    };
  }),
);

/** A server that is as good as sure of its first answer, whatever that is. */
async function evaluated(options: Record<string, unknown>) {
  const server = await runStrictServer({
    decisionRoutes: ["decisions"],
    weigh: (values) => values.map((_, at) => (at === 0 ? 0.999 : 0.001 / (values.length - 1))),
  });
  onTestFinished(() => server.close());
  const folder = await temporaryDirectory();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const items = join(folder.path, "items.json");
  const data = join(folder.path, "data.jsonl");
  await writeFile(items, JSON.stringify(ITEMS));
  await writeFile(data, LINES.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const printed: string[] = [];
  const print = (text: unknown): void => void printed.push(String(text));
  const env = { LILUX_LLM_URL: server.url };
  const file = join(folder.path, "calibrations.json");
  const run = (more: Record<string, unknown> = {}) =>
    evaluateDecisionsCommand({ env, json: true, print }, [], {
      items,
      data,
      write: file,
      ...options,
      ...more,
    });
  return { run, file, printed };
}

test("a configured model is asked over lines with known answers, and what was fitted is found by the orchestrator", async () => {
  const { run, file, printed } = await evaluated({ all: true });
  await run();
  const { reports } = JSON.parse(printed.join(""));
  expect(reports).toMatchObject([{ model: "base", form: "decisions", lines: LINES.length }]);
  const [{ modelAlone, heldOut }] = reports;
  for (const { ece } of [modelAlone, heldOut]) expect(ece).toBeGreaterThanOrEqual(0);
  const { calibrations } = orchestratorConfig({ LILUX_LLM_CALIBRATIONS: file });
  expect(calibrations).toMatchObject([{ model: "base", form: "decisions", lines: LINES.length }]);
  await run();
  expect(JSON.parse(await readFile(file, "utf8")).calibrations).toHaveLength(1);
});

test("answers that are too few to fit anything are told, and nothing is written", async () => {
  const { run, file } = await evaluated({ all: false });
  await expect(run()).rejects.toThrow(/--all/);
  await expect(readFile(file)).rejects.toThrow(/ENOENT/);
});

test("of a long file as many lines are asked as a slow server has time for", async () => {
  const { run, printed } = await evaluated({ all: true, lines: "32" });
  await run();
  const { reports, notDoubtful } = JSON.parse(printed.join(""));
  expect(reports[0].lines + notDoubtful).toBe(32);
});

test("a pool that is not configured is named", async () => {
  const { run } = await evaluated({ pool: "huge" });
  await expect(run()).rejects.toThrow(/no pool `huge`: main/);
});

test("questions go into a file for what is no model server, and its answers are judged as any model's", async () => {
  const { run, file, printed } = await evaluated({ all: true });
  const asked = `${file}.questions`;
  await run({ questions: asked });
  expect(printed.join("")).toMatch(/^35 questions in /);
  const rows = (await readFile(asked, "utf8")).trim().split("\n");
  const questions = rows.map((row) => JSON.parse(row));
  expect(questions[0]).toMatchObject({
    id: "csv_to_json0",
    line: "please run csv to json ",
    calls: expect.arrayContaining([
      { call: LINES[0]?.call, item: "script: csv to json. Does csv to json" },
    ]),
  });
  const answers = `${file}.answers`;
  const answered = questions.map(({ id, calls }) => {
    const probabilities = [...calls, null].map(() => 1 / (calls.length + 1));
    return `${JSON.stringify({ id, probabilities, model: "elsewhere" })}\n`;
  });
  await writeFile(answers, answered.slice(1).join(""));
  printed.length = 0;
  await run({ answers });
  const { reports, unanswered, reason } = JSON.parse(printed.join(""));
  expect(reports).toMatchObject([{ model: "elsewhere", lines: LINES.length - 1 }]);
  expect([unanswered, reason]).toEqual([1, expect.stringContaining("nothing to csv_to_json0")]);
  await writeFile(answers, '{"id": "a", "probabilities": [2, 0], "model": "x"}');
  await expect(run({ answers })).rejects.toThrow(/answers:1: /);
});
