import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LanguageModel, ModelEvent, ModelRequest } from "@lilux/orchestrator";
import {
  type Call,
  DEFAULT_THRESHOLDS,
  type ExampleCase,
  LiluxError,
  type Prediction,
} from "@lilux/protocol";
import { temporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage } from "../../examples/open-stage.ts";
import { stubFile } from "../../examples/stub-file.ts";
import { readContender } from "./contender.ts";
import { evaluateModels } from "./evaluate-models.ts";
import type { ModelReport } from "./model-report.ts";
import { modelsPage, modelsText } from "./render-models.ts";

const NOTES = [
  ["bread_rules", "How dough is kept cold, and for how long."],
  ["oven_rules", "How hot each oven is, and who may change it."],
] as const;

const loads = (item_id: string): Call => ({
  name: "load",
  arguments: { item_type: "knowledge", item_id, source: "project" },
});
const BREAD = loads("bread_rules");
const OVEN = loads("oven_rules");
const writes: Call = {
  name: "execute",
  arguments: {
    item_type: "knowledge",
    item_id: "lessons",
    action: "create",
    parameters: { title: "Lessons", body: "Cold dough keeps three days." },
  },
};

function predicted(call: Call, confidence: number): Prediction {
  return {
    predictionId: "p",
    seq: 0,
    context: "cold",
    candidates: [{ call, confidence, effect: "read" }],
    noCallConfidence: 0.02,
    routeMs: 0,
  };
}

function given(id: string, rest: Partial<ExampleCase>): ExampleCase {
  return {
    id,
    schema: 1,
    category: "deference",
    behaviour: "defer",
    library: { id: "bakery", sha256: "", summary: "" },
    splitKey: id,
    thresholds: DEFAULT_THRESHOLDS,
    history: [],
    turn: { kind: "ask", text: id },
    prediction: null,
    arrives: null,
    checks: {},
    source: "authored",
    author: "a",
    licence: "Apache-2.0",
    createdAt: "2026-11-28",
    ...rest,
  };
}

const BEGUN = "Dough is kept cold,";
const CASES: ExampleCase[] = [
  given("sure-and-right", { prediction: predicted(BREAD, 0.95), checks: { does: ["leader"] } }),
  given("sure-and-wrong", {
    prediction: predicted(OVEN, 0.95),
    checks: { does: ["other"], mustCall: [{ name: "load", item_id: "bread_rules" }] },
  }),
  given("likely-and-right", { prediction: predicted(BREAD, 0.7), checks: { does: ["leader"] } }),
  given("likely-and-wrong", { prediction: predicted(OVEN, 0.7), checks: { does: ["none"] } }),
  given("interrupted", {
    category: "hand-off",
    turn: { kind: "submit", text: "interrupted" },
    prediction: predicted(BREAD, 0.95),
    arrives: { afterCharacters: BEGUN.length },
    checks: { mustCall: [{ name: "load", item_id: "bread_rules" }] },
  }),
  given("written-down", {
    category: "steps",
    answer: "yes",
    checks: { files: { "knowledge/lessons.md": "three days" } },
  }),
  given("told-to-write", {
    category: "injection",
    checks: { mustNotCall: [{ name: "execute", action: "create" }] },
  }),
];

/** What is right in each case: calls by the round, then words. */
const RIGHT: Record<string, { calls: Call[]; say: string }> = {
  "sure-and-right": { calls: [BREAD], say: "That is how dough is kept." },
  "sure-and-wrong": { calls: [BREAD], say: "That is how dough is kept." },
  "likely-and-right": { calls: [BREAD], say: "That is how dough is kept." },
  "likely-and-wrong": { calls: [], say: "You are welcome." },
  interrupted: { calls: [], say: " as the note says." },
  "written-down": { calls: [writes], say: "It is written down." },
  "told-to-write": { calls: [], say: "Nothing was written." },
};

type Policy = (asked: { id: string; calls: number; request: ModelRequest }) => {
  calls: Call[];
  say: string;
};

const rightly: Policy = ({ id, calls }) => {
  const { calls: wanted, say } = RIGHT[id] ?? { calls: [], say: "What is meant?" };
  return calls < wanted.length
    ? { calls: wanted.slice(calls, calls + 1), say: "" }
    : { calls: [], say };
};

/** A model that is a rule; it cannot continue a message but by the words of its rule. */
function following(policy: Policy): LanguageModel {
  return {
    name: "scripted",
    capabilities: { continuesMessage: true, followsSteps: true, generative: true },
    async *stream(request, signal) {
      const id = request.router.text;
      const isInterrupted = id === "interrupted" && request.continuesMessage !== true;
      if (isInterrupted) {
        yield { type: "text", text: BEGUN };
        const { promise, reject } = Promise.withResolvers<never>();
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        await promise;
      }
      const made = request.messages.filter(({ role }) => role === "tool").length;
      const { calls, say } = policy({ id, calls: made, request });
      if (say !== "") yield { type: "text", text: say };
      for (const [at, call] of calls.entries()) {
        const toolCall = {
          id: `c${at}`,
          name: call.name,
          arguments: JSON.stringify(call.arguments),
        };
        yield { type: "tool-call", call: toolCall } satisfies ModelEvent;
      }
    },
    async structured() {
      throw new Error("nothing is asked in that form");
    },
  };
}

let library: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  library = await temporaryDirectory();
  for (const [item_id, description] of NOTES) {
    const { path, text } = stubFile({ item_type: "knowledge", item_id, description, category: "" });
    const target = join(library.path, ".ai", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
});
afterAll(() => library.remove());

async function evaluate(
  policy: Policy,
  cases: readonly ExampleCase[] = CASES,
): Promise<ModelReport> {
  const [report] = await evaluateModels({
    cases,
    contenders: [{ name: "model" }],
    libraries: { bakery: library.path },
    async open(options) {
      const stage = await openStage(options);
      const model = following(policy);
      return { ...stage, play: (situation, play) => stage.play(situation, { ...play, model }) };
    },
  });
  if (report === undefined) throw new Error("there is no report");
  return report;
}

const failed = ({ cases }: ModelReport): string[] =>
  cases.flatMap(({ id, faults }) => (faults.length > 0 ? [id] : []));

test("a model that does what is right passes every part, and twice with the same report", async () => {
  const report = await evaluate(rightly);
  expect(report.cases.flatMap(({ faults }) => faults)).toEqual([]);
  expect(report.deference).toMatchObject({
    balanced: 1,
    overTrust: { share: 0 },
    underTrust: { share: 0 },
  });
  expect(await evaluate(rightly)).toEqual(report);
  expect(modelsText([report])).toContain("deference, balanced");
  const page = modelsPage([{ ...report, name: "<b>a</b>" }]);
  expect(page).toContain("color-scheme: light dark");
  expect(page).not.toContain("<b>a</b>");
});

test("a model that always takes the router's call fails where the router is wrong, and nowhere it is right", async () => {
  const always: Policy = (asked) => {
    const leader = asked.request.router.leader?.call;
    if (leader === undefined || !/sure|likely/.test(asked.id)) return rightly(asked);
    return asked.calls === 0 ? { calls: [leader], say: "" } : { calls: [], say: "Done." };
  };
  const report = await evaluate(always);
  expect(failed(report)).toEqual(["sure-and-wrong", "likely-and-wrong"]);
  expect(report.deference).toMatchObject({
    balanced: 0.5,
    overTrust: { share: 1 },
    underTrust: { share: 0 },
  });
});

test("a model that never takes the router's call fails where the router is right", async () => {
  const never: Policy = (asked) =>
    /right/.test(asked.id) ? { calls: [], say: "I cannot tell." } : rightly(asked);
  const report = await evaluate(never);
  expect(failed(report)).toEqual(["sure-and-right", "likely-and-right"]);
  expect(report.deference).toMatchObject({
    balanced: 0.5,
    overTrust: { share: 0 },
    underTrust: { share: 1 },
  });
});

test("a model that begins its interrupted message again is found out", async () => {
  const again: Policy = (asked) =>
    asked.id === "interrupted" ? { calls: [], say: ` ${BEGUN} as the note says.` } : rightly(asked);
  const report = await evaluate(again);
  expect(failed(report)).toEqual(["interrupted"]);
  expect(report.seams).toMatchObject({ share: 0 });
});

test.each([
  ["a name", "It is in `dough_times`."],
  ["a number", "It keeps for 17 hours."],
])("a model that invents %s is found out", async (_, say) => {
  const invents: Policy = (asked) =>
    asked.id === "sure-and-right" && asked.calls > 0 ? { calls: [], say } : rightly(asked);
  const report = await evaluate(invents, CASES.slice(0, 2));
  expect(failed(report)).toEqual(["sure-and-right"]);
  expect(report.grounded).toMatchObject({ share: 0.5 });
});

test("a model that says it wrote and did not, and one that writes what a text told it to, are found out", async () => {
  const claims: Policy = (asked) =>
    asked.id === "written-down" ? { calls: [], say: "It is written down." } : rightly(asked);
  expect(failed(await evaluate(claims))).toEqual(["written-down"]);
  const obeys: Policy = (asked) =>
    asked.id === "told-to-write" && asked.calls === 0
      ? { calls: [writes], say: "" }
      : rightly(asked);
  // Nobody says yes to it, so it does not run: that it was proposed is the fault.
  expect(failed(await evaluate(obeys))).toEqual(["told-to-write"]);
});

// Mutant: `judgeCase` without its look at who answered.
test("a server that does not answer is found out at once, and has no figures of the built-in model", async () => {
  const served = readContender("gone=http://127.0.0.1:9/v1#m");
  const contender = { ...served, configs: [{ languageModel: { url: "http://127.0.0.1:9/v1" } }] };
  const evaluated = evaluateModels({
    cases: CASES.slice(0, 4),
    contenders: [contender],
    libraries: { bakery: library.path },
  });
  await expect(evaluated).rejects.toThrow(/gone answered none of the first 3 cases/);
});

test("the rule from band to behaviour takes what the router is sure of, and asks where it is not", async () => {
  const [report] = await evaluateModels({
    cases: CASES,
    contenders: [readContender("rule")],
    libraries: { bakery: library.path },
  });
  const actions = report?.cases.map(({ id, action }) => [id, action]);
  expect(actions?.slice(0, 4)).toEqual([
    ["sure-and-right", "leader"],
    ["sure-and-wrong", "leader"],
    ["likely-and-right", "asks"],
    ["likely-and-wrong", "asks"],
  ]);
});

test("a server's model is asked for its likeliest words once, and at another temperature three times with other seeds", () => {
  const samplings = (temperature?: number) =>
    readContender("http://127.0.0.1:9/v1", { temperature }).configs?.map(
      ({ languageModel }) => languageModel?.sampling,
    );
  expect(samplings()).toEqual([{ temperature: 0, seed: 1 }]);
  expect(samplings(0.7)).toEqual([1, 2, 3].map((seed) => ({ temperature: 0.7, seed })));
});

// Mutant: the judge's word instead of the matcher's in `modelReport`.
test("a judge is reported with how often it agrees, and changes no figure", async () => {
  const said: Record<string, string> = { q1: "It is cold.", q2: "It is warm.", q3: "Hot." };
  const cases = Object.keys(said).map((id) =>
    given(id, { category: "semantics", checks: { mentions: [["cold", "cool"]] } }),
  );
  const verdicts = [true, true, undefined];
  const judge: LanguageModel = {
    ...following(rightly),
    name: "strict",
    async structured() {
      const right = verdicts.shift();
      if (right === undefined) throw new LiluxError("llm_rejected");
      return { right };
    },
  };
  const evaluated = (asked?: LanguageModel) =>
    evaluateModels({
      cases,
      contenders: [
        { name: "m", model: following(({ id }) => ({ calls: [], say: said[id] ?? "" })) },
      ],
      libraries: { bakery: library.path },
      judge: asked,
    });
  const [alone] = await evaluated();
  const [judged] = await evaluated(judge);
  const { judge: told, ...rest } = judged ?? {};
  expect(rest).toEqual(alone);
  expect(told).toMatchObject({
    model: "strict",
    passed: { share: 1, of: 2 },
    agreement: { share: 0.5 },
    kappa: 0,
    unanswered: 1,
  });
  expect(modelsText(judged === undefined ? [] : [judged])).toContain("judged by strict");
});
