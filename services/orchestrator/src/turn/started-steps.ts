import type { StartedStep } from "@lilux/core/consent";
import type { ExecuteResult } from "@lilux/protocol";
import { callOfStep } from "./call-of-step.ts";
import { unfilledStep } from "./unfilled-step.ts";

/** What the steps of a directive that a person started ask for. */
export function startedSteps({ steps = [], inputs = {} }: ExecuteResult): StartedStep[] {
  return steps.map((step) => {
    return { text: unfilledStep(step, inputs).action, inputs, call: callOfStep(step, inputs) };
  });
}
