import { intersectGrants } from "@lilux/core";
import type { Grant, PlanStep, Step } from "@lilux/protocol";

interface Frame {
  steps: PlanStep[];
  grants: Grant[];
}

/** The steps of the directives a turn follows, inner ones after their callers'. */
export interface Plan {
  /** The grants that bind the next call; undefined while no directive is followed. */
  grants(): Grant[] | undefined;
  steps(): PlanStep[];
  /** How deep directives are nested now. */
  depth(): number;
  /** Adds a directive's steps; returns the number of its first. */
  begin(steps: readonly Step[], grants: readonly Grant[]): number;
  /** False when there is no step of that number. */
  mark(number: number, state: PlanStep["state"]): boolean;
  /** Ends the innermost directive: its caller's grants bind again. */
  leave(): void;
}

const STEPS_MAX = 100;
const TITLE_CHARACTERS_MAX = 160;

export function createPlan(): Plan {
  const frames: Frame[] = [];
  const all: PlanStep[] = [];
  const open = (): Frame | undefined => frames.findLast((frame) => !isFinished(frame));
  return {
    grants: () => open()?.grants,
    steps: () => all.map((step) => ({ ...step })),
    depth: () => frames.filter((frame) => !isFinished(frame)).length,
    begin(steps, grants) {
      const added = steps.slice(0, STEPS_MAX - all.length).map(planStep);
      frames.push({ steps: added, grants: intersectGrants(open()?.grants, grants) });
      all.push(...added);
      return all.length - added.length;
    },
    mark(number, state) {
      const step = all[number];
      if (step !== undefined) step.state = state;
      return step !== undefined;
    },
    leave() {
      for (const step of open()?.steps ?? []) {
        if (step.state === "pending") step.state = "skipped";
        if (step.state === "running") step.state = "done";
      }
    },
  };
}

function isFinished({ steps }: Frame): boolean {
  return steps.every((step) => step.state !== "pending" && step.state !== "running");
}

function planStep(step: Step): PlanStep {
  const [line = ""] = (step.name || step.description || step.action).split("\n");
  return { title: line.slice(0, TITLE_CHARACTERS_MAX), state: "pending" };
}
