import { type Call, createParser, type DatasetRow, EvaluationCase } from "@lilux/protocol";
import { expect, test } from "vitest";
import { inForm } from "./dataset-forms.ts";

const load = (item_id: string): Call => ({
  name: "load",
  arguments: { item_type: "knowledge", item_id, source: "project" },
});
const row = (line: string, call: Call | null, right = true, rule = "accepted"): DatasetRow => ({
  split: "test",
  line,
  history: ["before"],
  call,
  right,
  weight: right ? 1 : 0.9,
  rule,
  ...(right ? { turn: { past: [], router: null, calls: [], response: "Here it is." } } : {}),
});
const ROWS = [
  row("show the rules", load("rules")),
  row("show the rules", load("names"), false, "overridden"),
  row("good morning", null, true, "talk"),
  row("undo that", load("notes"), false, "corrected"),
];
const cases = createParser(EvaluationCase, "a case");

test("preferences are pairs of one line: what was meant before what was offered and was not", () => {
  expect(inForm(ROWS, "preferences")).toEqual([
    {
      split: "test",
      line: "show the rules",
      history: ["before"],
      chosen: load("rules"),
      rejected: load("names"),
      weight: 0.9,
    },
  ]);
});

test("cases are what an evaluation takes, and only of what was meant", () => {
  const made = inForm(ROWS, "cases").map((one) => cases.parse(one));
  expect(made.map(({ line, stratum }) => [line, stratum])).toEqual([
    ["show the rules", "load"],
    ["good morning", "none"],
  ]);
});

test("chat is a conversation with tools for each line of which it is known what was meant", () => {
  const made = inForm(ROWS, "chat") as { messages: { role: string }[]; tools: object[] }[];
  expect(made).toHaveLength(2);
  expect(made.map(({ messages }) => messages.at(-1))).toMatchObject([
    { role: "assistant", content: null },
    { role: "assistant", content: "Here it is." },
  ]);
  expect(made[0]?.tools).toHaveLength(3);
  expect(inForm(ROWS, "rows")).toEqual(ROWS);
});
