import { describeCall } from "@lilux/core/calls";
import { intersectGrants } from "@lilux/core/permissions";
import type { Call, Grant, PlanStep, Step } from "@lilux/protocol";

interface Frame {
  steps: PlanStep[];
  /** Keys of the calls that its steps fix, each beside its step. */
  keys: readonly (string | undefined)[];
  grants: Grant[];
  /** Set by `leave`: a directive without steps never finishes by itself. */
  left: boolean;
}

export interface BegunDirective {
  steps: readonly Step[];
  grants: readonly Grant[];
  /** Keys of the calls that its steps fix (`callKey`), where those calls are to move the plan. */
  keys?: readonly (string | undefined)[];
}

/**
 * The steps of a turn: those of the directives it follows, inner ones after
 * their callers', and where it follows none the calls that it makes.
 */
export interface Plan {
  /**
   * The grants that bind the next call; undefined until a directive is followed.
   * A nested directive's give way to its caller's when its steps are done. The
   * first directive's stay to the turn's end: steps are marked by a model, and
   * what it reads must not talk it out of its bounds.
   */
  grants(): Grant[] | undefined;
  /** In the order in which they came to be. A single call is no plan, and not among them. */
  steps(): PlanStep[];
  /** How many steps have a number. */
  numbered(): number;
  /** How deep directives are nested now. */
  depth(): number;
  /** Adds a directive's steps; returns the number of its first. */
  begin(directive: BegunDirective): number;
  /** False when there is no step of that number; only a directive's steps have one. */
  mark(number: number, state: PlanStep["state"]): boolean;
  /** Begins the step that a call is; undefined where that is not known, or left to a model to say. */
  beginCall(call: Call, key: string): PlanStep | undefined;
  /** A call that turned out to be a directive: its steps stand for it. */
  dropCall(step: PlanStep): void;
  /** Ends the innermost directive that has not ended. */
  leave(): void;
  /**
   * What the turn set out to do and did not: steps that failed, steps whose call
   * never ran, and runs and changes that failed and were not made good. What the
   * person declined or a model left out is not among them.
   */
  undone(): string[];
}

const STEPS_MAX = 100;
const TITLE_CHARACTERS_MAX = 160;

export function createPlan(): Plan {
  const frames: Frame[] = [];
  const numbered: PlanStep[] = [];
  const shown: PlanStep[] = [];
  const changing = new Set<PlanStep>();
  const unreached = new Set<PlanStep>();
  const open = (): Frame | undefined => frames.findLast((frame) => !isFinished(frame));
  const bound = (): Grant[] | undefined => (open() ?? frames[0])?.grants;
  return {
    grants: bound,
    steps: () =>
      shown.length > 1 || numbered.length > 0 ? shown.map((step) => ({ ...step })) : [],
    numbered: () => numbered.length,
    depth: () => frames.filter((frame) => !isFinished(frame)).length,
    begin({ steps, grants, keys = [] }) {
      const added = steps.slice(0, STEPS_MAX - shown.length).map(planStep);
      frames.push({ steps: added, keys, grants: intersectGrants(bound(), grants), left: false });
      numbered.push(...added);
      shown.push(...added);
      return numbered.length - added.length;
    },
    mark(number, state) {
      const step = numbered[number];
      if (step !== undefined) step.state = state;
      return step !== undefined;
    },
    beginCall(call, key) {
      const frame = open();
      const step = frame === undefined ? addCall(shown, call) : stepOf(frame, key);
      if (step !== undefined) step.state = "running";
      if (step !== undefined && call.name === "execute") changing.add(step);
      return step;
    },
    dropCall(step) {
      const at = shown.indexOf(step);
      if (at >= 0 && !numbered.includes(step)) shown.splice(at, 1);
    },
    leave() {
      const frame = open();
      if (frame === undefined) return;
      frame.left = true;
      for (const [at, step] of frame.steps.entries()) {
        if (step.state === "pending" && frame.keys[at] !== undefined) unreached.add(step);
        if (step.state === "pending") step.state = "skipped";
        if (step.state === "running") step.state = "done";
      }
    },
    undone() {
      if (shown.length < 2 && numbered.length === 0) return [];
      const done = new Set(shown.flatMap(({ title, state }) => (state === "done" ? [title] : [])));
      const left = shown.filter((step) => {
        if (step.state !== "failed") return unreached.has(step);
        return numbered.includes(step) || (changing.has(step) && !done.has(step.title));
      });
      return [...new Set(left.map(({ title }) => title))];
    },
  };
}

function addCall(shown: PlanStep[], call: Call): PlanStep | undefined {
  if (shown.length >= STEPS_MAX) return undefined;
  const step = stepCalled(describeCall(call));
  shown.push(step);
  return step;
}

/** The same call may stand in several steps: the first that has not ended is meant. */
function stepOf({ steps, keys }: Frame, key: string): PlanStep | undefined {
  return steps.find(
    ({ state }, at) => keys[at] === key && (state === "pending" || state === "running"),
  );
}

function isFinished({ steps, left }: Frame): boolean {
  if (left) return true;
  return (
    steps.length > 0 && steps.every((step) => step.state !== "pending" && step.state !== "running")
  );
}

function planStep(step: Step): PlanStep {
  const [line = ""] = (step.name || step.description || step.action).split("\n");
  return stepCalled(line);
}

function stepCalled(title: string): PlanStep {
  return { title: title.slice(0, TITLE_CHARACTERS_MAX), state: "pending" };
}
