import { DEFAULT_THRESHOLDS, type Example } from "@lilux/protocol";
import { expect, test } from "vitest";
import { checkExamples, describeFindings } from "./check-examples.ts";

const LOAD = {
  name: "load",
  arguments: { item_type: "knowledge", item_id: "oven_rules", source: "project" },
} as const;
const LOADED = {
  item: {
    item_type: "knowledge",
    item_id: "oven_rules",
    qualified_id: "oven_rules",
    name: "Oven rules",
    description: "How hot each oven is.",
    category: "",
    source: "project",
    version: "1.0.0",
    tags: [],
    inputs: [],
    effect: "read",
    content_hash: "0".repeat(64),
  },
  mode: "read_only",
  path: "knowledge/oven_rules.md",
  content: "The stone oven is at 260 degrees.",
  permissions: [],
  steps: [],
  outputs: {},
  model_class: null,
};
const REMOVE = {
  name: "execute",
  arguments: { item_type: "knowledge", item_id: "oven_rules", action: "delete" },
} as const;
const DECLINED = { code: "confirm_declined", message: "Not confirmed.", retryable: false };

const GOOD: Example = {
  id: "oven",
  schema: 1,
  category: "deference",
  behaviour: "defer",
  library: { id: "bakery", sha256: "0", summary: "" },
  splitKey: "bakery/oven",
  thresholds: DEFAULT_THRESHOLDS,
  history: [],
  turn: { kind: "submit", text: "show the oven rules" },
  prediction: {
    predictionId: "p",
    seq: 0,
    context: "cold",
    candidates: [{ call: LOAD, confidence: 0.95, effect: "read" }],
    noCallConfidence: 0.02,
    routeMs: 0,
  },
  arrives: null,
  checks: { does: ["leader"] },
  source: "authored",
  author: "a",
  licence: "Apache-2.0",
  createdAt: "2026-11-28",
  steps: [{ by: "router", calls: [{ call: LOAD, ok: true, result: LOADED }] }],
  response: "The note `oven_rules` puts the stone oven at 260 degrees.",
};

const BEGUN = "The ovens are not alike, and";
const INTERRUPTED: Example = {
  ...GOOD,
  id: "interrupted",
  category: "hand-off",
  behaviour: "continue",
  turn: { kind: "submit", text: "how hot is the stone oven meant to be?" },
  arrives: { afterCharacters: BEGUN.length },
  steps: [
    { by: "model", say: BEGUN, cut: true, calls: [] },
    { by: "router", calls: [{ call: LOAD, ok: true, result: LOADED }] },
  ],
  response: " the stone one is to stand at 260.",
};

const calm = (say: string): Partial<Example> => ({ response: say });

test("a good example and a good interrupted one are not objected to, and are counted", async () => {
  const examples = [GOOD, INTERRUPTED];
  expect(await checkExamples(examples)).toEqual([]);
  expect(describeFindings(examples, [])).toContain("2 examples, nothing found");
});

test("the thresholds stand beside the router's view, so an answer may name them", async () => {
  const response = "It ran at once, being above `act`, which is 0.85; shown is what reaches 0.6.";
  expect(await checkExamples([{ ...GOOD, response }])).toEqual([]);
});

test.each<[string, string, Partial<Example>]>([
  [
    "plays",
    "a turn that goes another way",
    { steps: [], turn: { kind: "ask", text: "show the oven rules" }, behaviour: "defer" },
  ],
  ["grounding", "a number from nowhere", calm("The stone oven is at 280 degrees.")],
  ["grounding", "an item from nowhere", calm("It is in `oven_times`.")],
  ["grounding", "a file from nowhere", calm("It is kept in ovens.csv.")],
  ["behaviour", "a behaviour that the confidence does not allow", { behaviour: "verify" }],
  ["behaviour", "control that makes the router's call", { behaviour: "control" }],
  ["length", "an answer that is too long", calm("It is hot. ".repeat(40))],
  ["private", "somebody's address", calm("Write to baker@bread-house.org about it.")],
  ["private", "a person's folder", calm("It lies in /home/baker.")],
  ["tone", "praise of the question", calm("Great question: the oven is hot.")],
  ["tone", "a closing formula", calm("The oven is hot. Let me know if more is needed.")],
  ["checks", "a check that does not hold", { checks: { does: ["other"] } }],
  ["checks", "words that were to be said", { checks: { mentions: [["rye", "wheat"]] } }],
])("%s: %s is found", async (rule, _, change) => {
  const findings = await checkExamples([{ ...GOOD, ...change }]);
  // A turn that takes another path asks for more than the example has.
  const found = findings.map((finding) => finding.rule);
  expect(found).toContain(rule === "plays" ? "behaviour" : rule);
});

test("an example whose answers nobody asks for does not play", async () => {
  const steps: Example["steps"] = [
    { by: "model", calls: [{ call: LOAD, ok: true, result: LOADED }] },
  ];
  const [finding] = await checkExamples([{ ...GOOD, steps }]);
  expect(finding).toMatchObject({ id: "oven", rule: "plays" });
});

test("continuation: a name that the cut went through is read as one", async () => {
  const begun = "The note `oven_";
  const steps: Example["steps"] = [
    { by: "model", say: begun, cut: true, calls: [] },
    { by: "router", calls: [{ call: LOAD, ok: true, result: LOADED }] },
  ];
  const through = { ...INTERRUPTED, arrives: { afterCharacters: begun.length }, steps };
  expect(await checkExamples([{ ...through, response: "rules` says 260." }])).toEqual([]);
  const invented = await checkExamples([{ ...through, response: "times` says 260." }]);
  expect(invented).toMatchObject([
    { rule: "grounding", problem: expect.stringContaining("oven_times") },
  ]);
});

test.each([
  ["what was said is said again", " the ovens are not alike, and the stone one is at 260."],
  ["a word is said twice at the seam", " and the stone one is at 260."],
])("continuation: %s", async (_, response) => {
  const [finding] = await checkExamples([{ ...INTERRUPTED, response }]);
  expect(finding).toMatchObject({ rule: "continuation" });
});

test("declined: who was told no and writes all the same is found", async () => {
  const create = {
    ...REMOVE,
    arguments: { ...REMOVE.arguments, action: "update" as const, parameters: { body: "x" } },
  };
  const steps: Example["steps"] = [
    { by: "model", calls: [{ call: REMOVE, ok: false, error: DECLINED, confirm: "declined" }] },
    { by: "model", calls: [{ call: create, ok: false, error: DECLINED }] },
  ];
  const declined: Example = {
    ...GOOD,
    behaviour: "control",
    turn: { kind: "ask", text: "remove the oven rules" },
    checks: {},
    steps,
    response: "They stay.",
  };
  const rules = (await checkExamples([declined])).map(({ rule }) => rule);
  expect(rules).toEqual(["declined"]);
  const atOnce = steps
    .slice(0, 1)
    .map((step) => ({ ...step, calls: [...step.calls, ...step.calls] }));
  expect(await checkExamples([{ ...declined, steps: atOnce }])).toEqual([]);
});

test("control: below what is shown, who decides may come to the router's call", async () => {
  const unsure = (confidence: number): Example => ({
    ...GOOD,
    behaviour: "control",
    turn: { kind: "ask", text: "show the oven rules" },
    prediction: {
      predictionId: "p",
      seq: 0,
      context: "cold",
      candidates: [{ call: LOAD, confidence, effect: "read" }],
      noCallConfidence: 0.02,
      routeMs: 0,
    },
    steps: [{ by: "model", calls: [{ call: LOAD, ok: true, result: LOADED }] }],
  });
  expect(await checkExamples([unsure(0.4)])).toEqual([]);
  expect(await checkExamples([unsure(0.7)])).toMatchObject([{ rule: "behaviour" }]);
});

test("duplicate: the same words under another id, an id used twice, and an opening used too often are found", async () => {
  const twice = await checkExamples([GOOD, { ...GOOD, id: "other" }]);
  expect(twice).toMatchObject([{ id: "other", rule: "duplicate" }]);
  const same = await checkExamples([GOOD, { ...INTERRUPTED, id: "oven" }]);
  expect(same).toMatchObject([{ id: "oven", problem: "its id is used twice" }]);
  const openings = ["rye", "wheat", "spelt", "oats", "barley", "maize"].map((grain, at) => ({
    ...GOOD,
    id: `grain-${grain}`,
    turn: { kind: "submit" as const, text: `${grain} ${"and so on ".repeat(at)}` },
    response: `The note says nothing of ${grain}${" at all".repeat(at)}.`,
  }));
  const found = await checkExamples(openings);
  expect(found).toMatchObject([
    { rule: "duplicate", problem: expect.stringContaining("begin with") },
  ]);
});
