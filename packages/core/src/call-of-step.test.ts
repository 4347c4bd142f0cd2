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
const run = (parameters: Record<string, unknown>) => ({
  name: "execute",
  arguments: { item_type: "script", item_id: "count_lines", action: "run", parameters },
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

test("an input keeps its type", () => {
  const given = step({ attributes: { script: "count_lines", inputs: '{"limit":"{limit}"}' } });
  expect(callOfStep(given, { limit: 3 })).toEqual(run({ limit: 3 }));
});

test.each([
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
