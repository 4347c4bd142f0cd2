import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CALL_FEATURES } from "@lilux/core/ranking";
import { temporaryDirectory } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { CHECKOUT } from "../checkout.ts";
import { type EvaluateCommandOptions, runEvaluateCommand } from "./evaluate-command.ts";

const ITEMS = [
  { item_type: "script", item_id: "csv_to_json", description: "Converts a CSV file to JSON." },
  { item_type: "directive", item_id: "deploy_staging", name: "deploy_staging", inputs: ["branch"] },
];
const LINES = [
  {
    id: "a",
    text: "run csv_to_json",
    stratum: "run",
    call: {
      name: "execute",
      arguments: { item_type: "script", item_id: "csv_to_json", action: "run" },
    },
  },
  { id: "b", text: "thanks, that is all", call: { name: null } },
];

async function run(folder: string, given: Partial<EvaluateCommandOptions> = {}): Promise<string> {
  const items = join(folder, "items.json");
  const data = join(folder, "data.jsonl");
  await writeFile(items, JSON.stringify(ITEMS));
  if (given.data === undefined) {
    await writeFile(data, LINES.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }
  const printed: string[] = [];
  await runEvaluateCommand({
    items,
    data,
    prefixes: false,
    labels: false,
    dumpFeatures: undefined,
    report: undefined,
    modelDirectory: join(CHECKOUT, "models", "router-encoder"),
    json: true,
    print: (text) => printed.push(text),
    ...given,
  });
  return printed.join("\n");
}

describe("runEvaluateCommand", () => {
  it("reports on every line, as JSON and as a page that needs nothing else", async () => {
    await using folder = await temporaryDirectory();
    const report = join(folder.path, "report");
    const printed = JSON.parse(await run(folder.path, { report, prefixes: true }));
    expect(printed).toMatchObject({ items: 2, overall: { lines: 2 }, typing: { lines: 2 } });
    expect(Object.keys(printed.byStratum)).toEqual(["all", "run"]);
    expect(JSON.parse(await readFile(join(report, "report.json"), "utf8"))).toEqual(printed);
    const page = await readFile(join(report, "report.html"), "utf8");
    expect(page).toContain("<svg");
    expect(page).not.toMatch(/(src|href)=/);
    expect(page).toContain("color-scheme: light dark");
    expect(page).toMatch(/top-1 acceptable +[\d.]+ % \([\d.]+ to [\d.]+\)/);
  });

  it("dumps a row of features for every proposed call, with the right ones marked", async () => {
    await using folder = await temporaryDirectory();
    const dumpFeatures = join(folder.path, "features.jsonl");
    await run(folder.path, { dumpFeatures, prefixes: true });
    const rows = (await readFile(dumpFeatures, "utf8"))
      .trim()
      .split("\n")
      .map((row) => JSON.parse(row));
    expect(rows.length).toBeGreaterThan(4);
    const whole = rows.find((row) => row.lineId === "a" && row.characters === 15);
    expect(whole.featureNames).toEqual(CALL_FEATURES);
    expect(whole.candidates[0].features).toHaveLength(CALL_FEATURES.length);
    expect(whole.candidates.filter((entry: { correct: boolean }) => entry.correct)).toHaveLength(1);
    expect(new Set(rows.map((row) => row.state)).has("cold")).toBe(true);
  });

  it("reads plain intent data, where a label is an item or nothing", async () => {
    await using folder = await temporaryDirectory();
    const data = join(folder.path, "labels.jsonl");
    await writeFile(
      data,
      '{"text":"csv to json","label":"csv_to_json"}\n{"text":"hm","label":null}\n',
    );
    const printed = JSON.parse(await run(folder.path, { data, labels: true }));
    expect(printed.overall.lines).toBe(2);
    expect(Object.keys(printed.byStratum)).toEqual(["in_scope", "out_of_scope"]);
    expect(printed.itemOfLinesThatMeanOne).toBe(1);
  });

  it("takes a complaint for what it is about when the data are intents", async () => {
    await using folder = await temporaryDirectory();
    const items = join(folder.path, "intents.json");
    const data = join(folder.path, "labels.jsonl");
    const intents = [
      { item_id: "card_arrival", description: "Finds out when a new card arrives." },
      { item_id: "exchange_rate", description: "Tells the rate between two currencies." },
    ];
    await writeFile(items, JSON.stringify(intents));
    await writeFile(data, `{"text":"why has my card not come yet?","label":"card_arrival"}\n`);
    // As a line of its own it asks nothing to be run; without a type the items are all alike.
    const printed = JSON.parse(await run(folder.path, { items, data, labels: true }));
    expect(printed.overall.top1Acceptable).toBe(1);
  });

  it("judges values and source against items as a library declares them", async () => {
    await using folder = await temporaryDirectory();
    const items = join(folder.path, "typed.json");
    const data = join(folder.path, "typed.jsonl");
    const pause = { name: "seconds", type: "integer", required: false, default: 5 };
    await writeFile(
      items,
      JSON.stringify([
        { item_type: "script", item_id: "pause", description: "Waits.", inputs: [pause] },
      ]),
    );
    const wanted = (seconds: number): string =>
      JSON.stringify({
        id: String(seconds),
        text: "run pause for 3 seconds",
        call: {
          name: "execute",
          arguments: {
            item_type: "script",
            item_id: "pause",
            action: "run",
            parameters: { seconds },
          },
        },
      });
    await writeFile(data, `${wanted(3)}\n${wanted(4)}\n`);
    const printed = JSON.parse(await run(folder.path, { items, data }));
    expect(printed.overall).toMatchObject({ parameters: 0.5, top1Strict: 0.5 });
    expect(printed.parameters).toEqual([
      { type: "integer", wanted: 2, strict: 0.5, acceptable: 0.5, invented: 1 },
    ]);
  });

  it("counts a call that leaves something out as right, and as wrong to run at once", async () => {
    await using folder = await temporaryDirectory();
    const items = join(folder.path, "typed.json");
    const data = join(folder.path, "typed.jsonl");
    const pause = { name: "seconds", type: "integer", required: false, default: 5 };
    const item = { item_type: "script", item_id: "pause", description: "Waits.", inputs: [pause] };
    await writeFile(items, JSON.stringify([item]));
    const call = {
      name: "execute",
      arguments: {
        item_type: "script",
        item_id: "pause",
        action: "run",
        parameters: { seconds: 3 },
      },
    };
    const line = { id: "1", text: "run pause for 3 seconds", call };
    await writeFile(data, `${JSON.stringify({ ...line, partly: [call] })}\n`);
    const partly = JSON.parse(await run(folder.path, { items, data }));
    expect(partly.overall).toMatchObject({ parameters: 1, silentValues: 1 });
    expect(partly.callsAboveAct.precision).toBe(0);
  });

  it("names every item outright in every form, without any lines given", async () => {
    await using folder = await temporaryDirectory();
    const printed = JSON.parse(await run(folder.path, { data: undefined, ids: true }));
    expect(printed.overall).toMatchObject({ lines: 24, top1Acceptable: 1, rightAndSure: 1 });
    expect(Object.keys(printed.byStratum)).toContain("load {type} {id}");
  });

  it("measures the same lines over smaller and larger libraries", async () => {
    await using folder = await temporaryDirectory();
    const distractors = join(folder.path, "others.json");
    const others = ["boil_egg", "fold_paper"].map((item_id) => ({ item_type: "script", item_id }));
    await writeFile(distractors, JSON.stringify([...others, ITEMS[0]]));
    const printed = JSON.parse(await run(folder.path, { sizes: [1, 2, 4], distractors }));
    expect(
      printed.map(({ items, lines }: { items: number; lines: number }) => [items, lines]),
    ).toEqual([
      [1, 2],
      [2, 2],
      [4, 2],
    ]);
    await expect(run(folder.path, { sizes: [5], distractors })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("There are 4 items for a library of 5"),
    });
  });

  it("says what is missing where there are neither lines nor ids to name", async () => {
    await using folder = await temporaryDirectory();
    const items = join(folder.path, "items.json");
    await writeFile(items, "[]");
    const options = { items, data: undefined, prefixes: false, labels: false, json: true };
    const rest = { dumpFeatures: undefined, report: undefined, print: () => undefined };
    await expect(
      runEvaluateCommand({ ...options, ...rest, modelDirectory: folder.path }),
    ).rejects.toMatchObject({ code: "invalid_request", message: expect.stringContaining("--ids") });
  });

  it("names file, line and field of data it cannot use", async () => {
    await using folder = await temporaryDirectory();
    const data = join(folder.path, "bad.jsonl");
    await writeFile(data, '{"id":"1","text":"x","call":{"name":"fly","arguments":{}}}\n');
    await expect(run(folder.path, { data })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("bad.jsonl:1"),
    });
  });

  // Mutants: `assertKnown` left out; the parser of all calls asked at once.
  it.each([
    [
      "a load without where it is from",
      { name: "load", arguments: { item_type: "script", item_id: "csv_to_json" } },
      "source is missing",
    ],
    [
      "a run without its action",
      { name: "execute", arguments: { item_type: "script", item_id: "csv_to_json" } },
      "action is missing",
    ],
    [
      "an id that no item has",
      { name: "execute", arguments: { item_type: "script", item_id: "gone", action: "run" } },
      "no script has the id gone",
    ],
    [
      "an item of another type",
      {
        name: "load",
        arguments: { item_type: "knowledge", item_id: "csv_to_json", source: "project" },
      },
      "no knowledge has the id",
    ],
  ])("says what is wrong with %s", async (_, call, said) => {
    await using folder = await temporaryDirectory();
    const data = join(folder.path, "bad.jsonl");
    await writeFile(data, `${JSON.stringify({ id: "1", text: "x", call })}\n`);
    await expect(run(folder.path, { data })).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`bad\\.jsonl:1: .*${said}`)),
    });
  });

  it("refuses a file without a line, rather than to report that nothing was wrong", async () => {
    await using folder = await temporaryDirectory();
    const data = join(folder.path, "empty.jsonl");
    await writeFile(data, "\n");
    await expect(run(folder.path, { data })).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("takes a folder's own items, and ids bare or qualified, in items as in lines", async () => {
    await using folder = await temporaryDirectory();
    const scripts = join(folder.path, ".ai", "scripts", "data");
    await mkdir(scripts, { recursive: true });
    await writeFile(join(scripts, "csv_to_json.py"), '"""Converts a CSV file to JSON."""\n');
    await writeFile(join(scripts, "count_words.py"), '"""Counts the words of a text."""\n');
    const line = (id: string, item_id: string) => {
      const named = { item_type: "script", item_id, action: "run" };
      return JSON.stringify({
        id,
        text: "run csv_to_json",
        call: { name: "execute", arguments: named },
      });
    };
    const data = join(folder.path, "own.jsonl");
    await writeFile(data, `${line("1", "csv_to_json")}\n${line("2", "data/csv_to_json")}\n`);
    const ofProject = JSON.parse(
      await run(folder.path, { items: undefined, project: folder.path, data }),
    );
    expect(ofProject).toMatchObject({ items: 2, overall: { top1Acceptable: 1, itemId: 1 } });
    const items = join(folder.path, "qualified.json");
    const listed = ["data/csv_to_json", "data/count_words"].map((item_id) => ({
      item_type: "script",
      item_id,
    }));
    await writeFile(items, JSON.stringify(listed));
    const ofFile = JSON.parse(await run(folder.path, { items, data }));
    expect(ofFile).toMatchObject({ items: 2, overall: { top1Acceptable: 1, itemId: 1 } });
  });
});
