import type { Step } from "@lilux/protocol";
import { expect, test } from "vitest";
import { callOfStep } from "./call-of-step.ts";

const step = (parts: Partial<Step>): Step => ({
  name: "step",
  description: "",
  action: "",
  attributes: {},
  ...parts,
});
const COUNT = { item_type: "script", item_id: "count_lines", action: "run" };
const run = (parameters: Record<string, unknown>) => ({
  name: "execute",
  arguments: { ...COUNT, parameters },
});

test.each([
  ["attributes", step({ attributes: { script: "count_lines", inputs: '{"path":"{{path}}"}' } })],
  [
    "a form",
    step({ action: 'First execute(script, "count_lines", run, {"path": "{input:path}"}).' }),
  ],
  [
    "JSON",
    step({
      action:
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder as directives write it.
        'Call {"name":"execute","arguments":{"item_type":"tool","item_id":"count_lines","action":"run","parameters":{"path":"${inputs.path}"}}}',
    }),
  ],
  [
    "a tool_call",
    step({
      action:
        'tool_call: mcp: kiwi; tool: execute; params: {"item_type":"script","item_id":"count_lines","action":"run","parameters":{"path":"{path}"}}',
    }),
  ],
])("a call named in %s is filled from the inputs", (_, given) => {
  expect(callOfStep(given, { path: "notes" })).toEqual(run({ path: "notes" }));
});

test.each([
  ["an attribute", step({ attributes: { tool: "count_lines" } })],
  ["a form", step({ action: 'execute(tool, "count_lines", run)' })],
  ["a sentence", step({ action: "Run tool count_lines." })],
  [
    "JSON",
    step({
      action: '{"name":"execute","arguments":{"item_type":"Tools","item_id":"count_lines"}}',
    }),
  ],
])("tool means script in %s", (_, given) => {
  expect(callOfStep(given, {})).toEqual({ name: "execute", arguments: COUNT });
});

test("an input keeps its type", () => {
  const given = step({ attributes: { script: "count_lines", inputs: '{"limit":"{limit}"}' } });
  expect(callOfStep(given, { limit: 3 })).toEqual(run({ limit: 3 }));
});

test.each([
  [
    "a sentence that only mentions a script",
    step({ action: "Run script count_lines to see more." }),
  ],
  ["two scripts at once", step({ action: "Run script a and script b on the file." })],
  ["prose", step({ action: "Decide which of the scripts fits and explain why." })],
  ["a placeholder without a value", step({ attributes: { script: "x", inputs: '{"a":"{{a}}"}' } })],
  [
    "a deletion",
    step({
      action:
        '{"name":"execute","arguments":{"item_type":"script","item_id":"x","action":"delete"}}',
    }),
  ],
])("%s is no call", (_, given) => expect(callOfStep(given, {})).toBeUndefined());

test("a sentence that runs a script is a call, and what follows it is for the reader", () => {
  const action = "Run script count_lines with path={path}, deep=true and limit=20. Compare both.";
  expect(callOfStep(step({ action }), { path: "a b" })).toEqual(
    run({ path: "a b", deep: true, limit: 20 }),
  );
  expect(callOfStep(step({ action: "Run script count_lines with path=.ai/x." }), {})).toEqual(
    run({ path: ".ai/x" }),
  );
});

test("digits of a step are its call's", () => {
  const expected = { id: "1349021875512938561", version: "1.10", limit: 20 };
  const given = '{"id":1349021875512938561,"version":1.10,"limit":20}';
  for (const one of [
    step({ action: "Run script x with id=1349021875512938561, version=1.10 and limit=20." }),
    step({ action: `execute(script, "x", run, ${given})` }),
    step({ attributes: { script: "x", inputs: given } }),
  ]) {
    const call = callOfStep(one, {});
    expect(call?.name === "execute" ? call.arguments.parameters : undefined).toEqual(expected);
  }
});

test("an input's value that was filled in stays one argument, whatever it says", () => {
  const expression = "*/5 * * * * and limit=999";
  const action = `Run script count_lines with path=${expression} and limit=10.`;
  expect(callOfStep(step({ action }), { expression })).toEqual(
    run({ path: expression, limit: 10 }),
  );
});
