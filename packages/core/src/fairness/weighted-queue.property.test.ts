import fc from "fast-check";
import { expect, test } from "vitest";
import { createWeightedQueue } from "./weighted-queue.ts";

interface Entry {
  flow: string;
  cost: number;
}

const flows = ["a", "b", "c"] as const;
const weights = { a: 1, b: 2, c: 5 } as const;
const costs = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 20, maxLength: 200 });

// Mutants: `startsAt` without the flow's own end; cost not divided by weight.
test("flows that wait all the time are served by weight, whatever each entry costs", () => {
  fc.assert(
    fc.property(fc.record({ a: costs, b: costs, c: costs }), (given) => {
      const queue = createWeightedQueue<Entry>();
      for (const flow of flows) {
        for (const cost of given[flow]) {
          queue.push({ tier: 0, flow, cost, weight: weights[flow], item: { flow, cost } });
        }
      }
      const left: Record<string, number> = {
        a: given.a.length,
        b: given.b.length,
        c: given.c.length,
      };
      const served: Record<string, number> = { a: 0, b: 0, c: 0 };
      while (flows.every((flow) => (left[flow] ?? 0) > 0)) {
        const next = queue.shift();
        if (next === undefined) throw new Error("a queue that holds entries gave none");
        left[next.flow] = (left[next.flow] ?? 0) - 1;
        served[next.flow] = (served[next.flow] ?? 0) + next.cost;
        for (const one of flows) {
          for (const other of flows) {
            const lead = (served[one] ?? 0) / weights[one] - (served[other] ?? 0) / weights[other];
            expect(lead).toBeLessThanOrEqual(50 / weights[one] + 50 / weights[other]);
          }
        }
      }
    }),
  );
});

// Mutant: `shift` that takes the first tier of the map, not the lowest.
test("every entry comes out once, the lower tier first, and each flow's in its order", () => {
  const entry = fc.record({
    tier: fc.integer({ min: 0, max: 2 }),
    flow: fc.constantFrom(...flows),
    cost: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const queue = createWeightedQueue<number>();
      for (const [item, { tier, flow, cost }] of entries.entries()) {
        queue.push({ tier, flow, cost, item });
      }
      expect(queue.size).toBe(entries.length);
      const out: number[] = [];
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) out.push(next);
      expect(new Set(out).size).toBe(entries.length);
      const tiers = out.map((item) => entries[item]?.tier ?? -1);
      expect(tiers).toEqual([...tiers].sort());
      for (const flow of flows) {
        for (const tier of [0, 1, 2]) {
          const own = out.filter(
            (item) => entries[item]?.flow === flow && entries[item]?.tier === tier,
          );
          expect(own).toEqual([...own].sort((one, other) => one - other));
        }
      }
    }),
  );
});

test("who waited for nothing for long has saved nothing up", () => {
  const queue = createWeightedQueue<string>();
  for (let turn = 0; turn < 100; turn += 1)
    queue.push({ tier: 0, flow: "busy", cost: 10, item: "busy" });
  for (let turn = 0; turn < 50; turn += 1) queue.shift();
  for (let turn = 0; turn < 50; turn += 1)
    queue.push({ tier: 0, flow: "late", cost: 10, item: "late" });
  const next = Array.from({ length: 20 }, () => queue.shift());
  expect(next.filter((item) => item === "late").length).toBeGreaterThanOrEqual(9);
  expect(next.filter((item) => item === "busy").length).toBeGreaterThanOrEqual(9);
});

test("what cost more than was thought is made up for by its flow's next turn", () => {
  const queue = createWeightedQueue<string>();
  queue.push({ tier: 0, flow: "a", cost: 1, item: "a1" });
  expect(queue.shift()).toBe("a1");
  queue.correct({ tier: 0, flow: "a" }, 100);
  queue.push({ tier: 0, flow: "a", cost: 1, item: "a2" });
  for (const item of ["b1", "b2", "b3"]) queue.push({ tier: 0, flow: "b", cost: 10, item });
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([
    "b1",
    "b2",
    "b3",
    "a2",
  ]);
});

test("who may not go now is passed over and keeps its place; what was removed never comes", () => {
  const queue = createWeightedQueue<string>();
  queue.push({ tier: 0, flow: "a", cost: 1, item: "a1" });
  queue.push({ tier: 0, flow: "b", cost: 1, item: "b1" });
  queue.push({ tier: 1, flow: "c", cost: 1, item: "c1" });
  expect(queue.shift((item) => item === "c1")).toBe("c1");
  expect(queue.remove("a1")).toBe(true);
  expect(queue.remove("a1")).toBe(false);
  expect(queue.shift()).toBe("b1");
  expect(queue.shift()).toBeUndefined();
});
