import type { PlanStep, Step } from "@lilux/protocol";

const MARKS = { pending: "○", running: "◐", done: "✓", failed: "✕", skipped: "–" } as const;

/** The plan of a turn as it moves on. */
export function PlanView({ steps }: { steps: PlanStep[] }) {
  return (
    <ol class="plan" aria-label="Plan">
      {steps.map((step, at) => (
        <li key={at} class={`step step-${step.state}`}>
          <span class="step-mark" aria-hidden="true">
            {MARKS[step.state]}
          </span>
          <span dir="auto">
            {step.title}
            <span class="unseen">, {step.state}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

/** The steps a directive asks for. */
export function StepList({ steps }: { steps: Step[] }) {
  return (
    <ol class="directive-steps">
      {steps.map((step, at) => (
        <li key={at} dir="auto">
          <strong>{step.name}</strong>
          {step.description !== "" && step.description !== step.name && (
            <span class="quiet"> {step.description}</span>
          )}
        </li>
      ))}
    </ol>
  );
}
