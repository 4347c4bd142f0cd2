/** A smooth function and its gradient at a point. */
export type Objective = (at: Float64Array) => { value: number; gradient: Float64Array };

const MEMORY = 8;
const ROUNDS_MAX = 100;
const GRADIENT_MIN = 1e-6;
/** Armijo's condition, and how often a step is halved before the search is over. */
const ENOUGH = 1e-4;
const HALVINGS_MAX = 30;

interface Step {
  moved: Float64Array;
  turned: Float64Array;
  curvature: number;
}

/** The point of least value that is reached from `start`: L-BFGS (Nocedal 1980) with halved steps. */
export function minimise(objective: Objective, start: Float64Array): Float64Array {
  let at = start;
  let now = objective(at);
  const steps: Step[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (Math.sqrt(dot(now.gradient, now.gradient)) < GRADIENT_MIN) break;
    const direction = descent(now.gradient, steps);
    const slope = dot(direction, now.gradient);
    const found = search(objective, { at, value: now.value, direction, slope });
    if (found === undefined) break;
    const moved = found.at.map((value, place) => value - (at[place] ?? 0));
    const turned = found.gradient.map((value, place) => value - (now.gradient[place] ?? 0));
    const curvature = dot(moved, turned);
    if (curvature > 1e-12) steps.push({ moved, turned, curvature });
    if (steps.length > MEMORY) steps.shift();
    at = found.at;
    now = found;
  }
  return at;
}

function search(
  objective: Objective,
  from: { at: Float64Array; value: number; direction: Float64Array; slope: number },
): { at: Float64Array; value: number; gradient: Float64Array } | undefined {
  const { at, value, direction, slope } = from;
  let share = 1;
  for (let halving = 0; halving < HALVINGS_MAX; halving += 1) {
    const next = at.map((own, place) => own + share * (direction[place] ?? 0));
    const there = objective(next);
    if (there.value <= value + ENOUGH * share * slope) return { at: next, ...there };
    share /= 2;
  }
  return undefined;
}

/** The two-loop recursion. */
function descent(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { moved, turned, curvature } of steps.toReversed()) {
    const share = dot(moved, direction) / curvature;
    shares.push(share);
    add(direction, turned, -share);
  }
  const newest = steps.at(-1);
  if (newest !== undefined) {
    const scale = newest.curvature / dot(newest.turned, newest.turned);
    for (let place = 0; place < direction.length; place += 1) {
      direction[place] = (direction[place] ?? 0) * scale;
    }
  }
  for (const { moved, turned, curvature } of steps) {
    const share = shares.pop() ?? 0;
    add(direction, moved, share - dot(turned, direction) / curvature);
  }
  return direction;
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let place = 0; place < to.length; place += 1) {
    to[place] = (to[place] ?? 0) + times * (what[place] ?? 0);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < a.length; place += 1) sum += (a[place] ?? 0) * (b[place] ?? 0);
  return sum;
}
