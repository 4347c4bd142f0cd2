import { intersectGrants } from "@lilux/core/permissions";
import type { Grant, PlanStep, Step } from "@lilux/protocol";

interface Frame {
  steps: PlanStep[];
  grants: Grant[];
  /** Set by `leave`: a directive without steps never finishes by itself. */
  left: boolean;
}

/** The steps of the directives a turn follows, inner ones after their callers'. */
export interface Plan {
  /**
   * The grants that bind the next call; undefined until a directive is followed.
   * A nested directive's give way to its caller's when its steps are done. The
   * first directive's stay to the turn's end: steps are marked by a model, and
   * what it reads must not talk it out of its bounds.
   */
  grants(): Grant[] | undefined;
  steps(): PlanStep[];
  /** How deep directives are nested now. */
  depth(): number;
  /** Adds a directive's steps; returns the number of its first. */
  begin(steps: readonly Step[], grants: readonly Grant[]): number;
  /** False when there is no step of that number. */
  mark(number: number, state: PlanStep["state"]): boolean;
  /** Ends the innermost directive that has not ended. */
  leave(): void;
}

const STEPS_MAX = 100;
const TITLE_CHARACTERS_MAX = 160;

export function createPlan(): Plan {
  const frames: Frame[] = [];
  const all: PlanStep[] = [];
  const open = (): Frame | undefined => frames.findLast((frame) => !isFinished(frame));
  const bound = (): Grant[] | undefined => (open() ?? frames[0])?.grants;
  return {
    grants: bound,
    steps: () => all.map((step) => ({ ...step })),
    depth: () => frames.filter((frame) => !isFinished(frame)).length,
    begin(steps, grants) {
      const added = steps.slice(0, STEPS_MAX - all.length).map(planStep);
      frames.push({ steps: added, grants: intersectGrants(bound(), grants), left: false });
      all.push(...added);
      return all.length - added.length;
    },
    mark(number, state) {
      const step = all[number];
      if (step !== undefined) step.state = state;
      return step !== undefined;
    },
    leave() {
      const frame = open();
      if (frame === undefined) return;
      frame.left = true;
      for (const step of frame.steps) {
        if (step.state === "pending") step.state = "skipped";
        if (step.state === "running") step.state = "done";
      }
    },
  };
}

function isFinished({ steps, left }: Frame): boolean {
  if (left) return true;
  return (
    steps.length > 0 && steps.every((step) => step.state !== "pending" && step.state !== "running")
  );
}

function planStep(step: Step): PlanStep {
  const [line = ""] = (step.name || step.description || step.action).split("\n");
  return { title: line.slice(0, TITLE_CHARACTERS_MAX), state: "pending" };
}
