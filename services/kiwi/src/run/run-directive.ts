import type { ExecuteArguments, ExecuteResult, Step } from "@lilux/protocol";
import type { OpenedItem } from "../library/opened-item.ts";
import { fillPlaceholders } from "./fill-placeholders.ts";

/**
 * Running a directive does nothing by itself: it answers the steps with their
 * placeholders filled from the checked inputs, for the caller to follow with no
 * more than the permissions it lists.
 */
export function runDirective(
  { item, parsed }: OpenedItem,
  given: ExecuteArguments,
  inputs: Record<string, unknown>,
): ExecuteResult {
  const startedAt = performance.now();
  const declared = new Set([...item.inputs.map((input) => input.name), ...Object.keys(inputs)]);
  const fill = (text: string): string => fillPlaceholders(text, inputs, declared);
  const { name, description, version } = item;
  return {
    status: "ready",
    item_type: "directive",
    item_id: given.item_id,
    action: "run",
    data: { name, description, version, model_class: parsed.modelClass },
    steps: parsed.steps.map((step) => fillStep(step, fill)),
    inputs,
    permissions: parsed.permissions,
    outputs: mapValues(parsed.outputs, fill),
    metadata: { durationMs: performance.now() - startedAt },
  };
}

function fillStep(step: Step, fill: (text: string) => string): Step {
  return {
    name: step.name,
    description: fill(step.description),
    action: fill(step.action),
    attributes: mapValues(step.attributes, fill),
  };
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
