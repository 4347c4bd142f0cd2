import fc from "fast-check";
import { expect, test } from "vitest";
import { createRoundRobin, type RoundRobin } from "./round-robin.ts";

interface Job {
  id: number;
  flow: "a" | "b" | "c";
  cost: number;
}

const FLOWS = ["a", "b", "c"] as const;
const COST_MAX = 8;

const job = fc.record({
  flow: fc.constantFrom(...FLOWS),
  cost: fc.integer({ min: 1, max: COST_MAX }),
});
const weights = fc.record({
  a: fc.integer({ min: 1, max: 9 }),
  b: fc.integer({ min: 1, max: 9 }),
  c: fc.integer({ min: 1, max: 9 }),
});
type Weights = Record<Job["flow"], number>;

function queueOf(weightOf: Weights): RoundRobin<Job> {
  return createRoundRobin<Job>({
    flowOf: ({ flow }) => flow,
    costOf: ({ cost }) => cost,
    weightOf: (flow) => weightOf[flow as Job["flow"]],
  });
}

// Mutants: `deficit` not raised by the weight (fails here); a turn that goes on whatever is left of it (fails here).
test("flows that wait all the time are served by weight, within one turn and one job of each, whatever a job costs", () => {
  const costs = fc.array(fc.integer({ min: 1, max: COST_MAX }), { minLength: 10, maxLength: 80 });
  fc.assert(
    fc.property(fc.record({ a: costs, b: costs, c: costs }), weights, (given, weightOf) => {
      const queue = queueOf(weightOf);
      const left = { a: 0, b: 0, c: 0 };
      for (const flow of FLOWS) {
        for (const [id, cost] of given[flow].entries()) queue.add({ id, flow, cost });
        left[flow] = given[flow].length;
      }
      const served = { a: 0, b: 0, c: 0 };
      for (;;) {
        const next = queue.take();
        if (next === undefined) throw new Error("a queue that holds jobs gave none");
        left[next.flow] -= 1;
        served[next.flow] += next.cost;
        if (FLOWS.some((flow) => left[flow] === 0)) return;
        for (const one of FLOWS) {
          for (const other of FLOWS) {
            const lead = served[one] / weightOf[one] - served[other] / weightOf[other];
            const bound = 1 + COST_MAX / weightOf[one] + COST_MAX / weightOf[other];
            expect(lead).toBeLessThanOrEqual(bound);
          }
        }
      }
    }),
  );
});

// Mutants: `remove` that keeps an empty flow's line (its deficit is saved up); `take` that gives up after one round.
test("something is given as long as anything waits, each job once, and each flow's in its order", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ does: fc.constant("add" as const), job }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("take" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant("remove" as const), at: fc.nat(50) }),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), weights, (steps, weightOf) => {
      const queue = queueOf(weightOf);
      const waiting: Job[] = [];
      let id = 0;
      const takeOne = (): void => {
        const next = queue.take();
        if (waiting.length === 0) {
          expect(next).toBeUndefined();
          return;
        }
        const first = waiting.find(({ flow }) => flow === next?.flow);
        expect(next).toBe(first);
        waiting.splice(
          waiting.findIndex((one) => one === next),
          1,
        );
      };
      for (const one of steps) {
        if (one.does === "add") {
          const added = { id: id++, ...one.job };
          waiting.push(added);
          queue.add(added);
        } else if (one.does === "take") takeOne();
        else {
          const [gone] = waiting.splice(one.at % Math.max(1, waiting.length), 1);
          if (gone !== undefined) expect(queue.remove(gone)).toBe(true);
        }
        expect(queue.size()).toBe(waiting.length);
      }
      while (waiting.length > 0) takeOne();
      expect(queue.take()).toBeUndefined();
    }),
  );
});

// Mutant: `endTurn` that leaves a flow where it is.
test("nobody starves: a flow's first job comes before any other flow was served more than its turns until then", () => {
  const cost = fc.integer({ min: 1, max: COST_MAX });
  fc.assert(
    fc.property(cost, cost, weights, (own, others, weightOf) => {
      const queue = queueOf(weightOf);
      for (let id = 0; id < 500; id += 1) queue.add({ id, flow: "a", cost: others });
      for (let taken = 0; taken < 7; taken += 1) queue.take();
      queue.add({ id: 0, flow: "b", cost: own });
      let before = 0;
      for (let next = queue.take(); next?.flow !== "b"; next = queue.take())
        before += next?.cost ?? 0;
      const turns = Math.ceil(own / weightOf.b) + 1;
      expect(before).toBeLessThanOrEqual(turns * weightOf.a + COST_MAX);
    }),
  );
});

test("the newest of the flow whose turn it is comes first where that is wanted; what was put back, before all", () => {
  const queue = queueOf({ a: 1, b: 1, c: 1 });
  const [old, young, other] = [
    { id: 1, flow: "a", cost: 8 },
    { id: 2, flow: "a", cost: 1 },
    { id: 3, flow: "b", cost: 1 },
  ] as const;
  for (const added of [old, young, other]) queue.add(added);
  expect(queue.take({ newest: true })).toBe(young);
  const first = queue.take();
  expect(first).toBe(other);
  queue.addFirst(other);
  expect(queue.take()).toBe(other);
  expect(queue.take()).toBe(old);
});
