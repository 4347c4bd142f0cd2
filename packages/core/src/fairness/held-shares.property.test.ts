import fc from "fast-check";
import { expect, test } from "vitest";
import { createHeldShares } from "./held-shares.ts";

const SIZE_MAX = 100;
const COUNT_MAX = 20;
const FLOWS = ["a", "b", "c"] as const;

const step = fc.record({
  flow: fc.constantFrom(...FLOWS),
  name: fc.nat(15),
  size: fc.integer({ min: 1, max: 15 }),
  does: fc.constantFrom("hold", "hold", "hold", "let go"),
});

// Mutants: the oldest of all rather than of whoever holds most; `letGo` that does not count back.
test("what is held stays within the bounds, nothing goes while there is room, and who holds less than an equal part loses nothing", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const shares = createHeldShares({ sizeMax: SIZE_MAX, countMax: COUNT_MAX });
      const held = new Map<string, { flow: string; size: number }>();
      const sum = (flow?: string): number =>
        [...held.values()].reduce(
          (all, one) => (flow === undefined || one.flow === flow ? all + one.size : all),
          0,
        );
      const countOf = (flow: string): number =>
        [...held.values()].filter((one) => one.flow === flow).length;
      for (const { flow, name, size, does } of steps) {
        const key = `${flow} ${name}`;
        if (does === "let go") {
          shares.letGo(flow, key);
          held.delete(key);
        } else {
          held.set(key, { flow, size });
          for (const gone of shares.hold(flow, key, size)) {
            const loser = held.get(gone)?.flow ?? "";
            expect(sum() > SIZE_MAX || held.size > COUNT_MAX).toBe(true);
            const isAboveItsPart =
              sum(loser) > SIZE_MAX / FLOWS.length || countOf(loser) > COUNT_MAX / FLOWS.length;
            expect(isAboveItsPart).toBe(true);
            held.delete(gone);
          }
        }
        expect(shares.size()).toBe(sum());
        expect(sum()).toBeLessThanOrEqual(SIZE_MAX);
        expect(held.size).toBeLessThanOrEqual(COUNT_MAX);
      }
      for (const flow of FLOWS) expect(shares.keysOf(flow)).toHaveLength(countOf(flow));
    }),
  );
});

test("somebody at fifty times another's part loses its own oldest, and the other nothing", () => {
  const shares = createHeldShares({ sizeMax: 1_000, countMax: 1_000 });
  const gone: string[] = [];
  for (let at = 0; at < 100; at += 1) {
    gone.push(...shares.hold("quiet", `quiet ${at % 10}`, 10));
    for (let more = 0; more < 50; more += 1) {
      gone.push(...shares.hold("loud", `loud ${at} ${more}`, 10));
    }
  }
  expect(gone.filter((key) => key.startsWith("quiet"))).toEqual([]);
  expect(shares.keysOf("quiet")).toHaveLength(10);
  expect(gone[0]).toBe("loud 0 0");
  expect(shares.keysOf("loud").at(-1)).toBe("loud 99 49");
});
