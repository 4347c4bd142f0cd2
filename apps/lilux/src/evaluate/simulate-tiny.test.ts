import { expect, it } from "vitest";
import { type EvaluationLine, toSummary } from "./dataset.ts";
import { simulateTiny } from "./simulate-tiny.ts";

const items = Array.from({ length: 40 }, (_, at) =>
  toSummary({ item_type: "script", item_id: `item_${at}` }),
);
const run = (at: number): EvaluationLine => ({
  id: `line-${at}`,
  text: "do it",
  call: { name: "execute", arguments: { item_type: "script", item_id: "item_3", action: "run" } },
});

it("takes one to five items, and means no call where the item meant is not among them", () => {
  const tinies = Array.from({ length: 200 }, (_, at) => simulateTiny(run(at), items));
  let held = 0;
  for (const tiny of tinies) {
    const ids = tiny?.items.map(({ item_id }) => item_id) ?? [];
    expect(ids.length).toBeGreaterThanOrEqual(1);
    expect(ids.length).toBeLessThanOrEqual(5);
    expect(new Set(ids).size).toBe(ids.length);
    const isHeld = ids.includes("item_3");
    held += isHeld ? 1 : 0;
    expect(tiny?.line.call.name).toBe(isHeld ? "execute" : null);
  }
  expect(held / tinies.length).toBeGreaterThan(0.4);
  expect(held / tinies.length).toBeLessThan(0.8);
});

it("leaves searches, creations and lines that point back out", () => {
  const search = { item_type: "script", query: "x" } as const;
  const create = { item_type: "script", item_id: "new_one", action: "create" } as const;
  expect(simulateTiny({ ...run(1), call: { name: "search", arguments: search } }, items)).toBe(
    undefined,
  );
  expect(simulateTiny({ ...run(1), call: { name: "execute", arguments: create } }, items)).toBe(
    undefined,
  );
  expect(simulateTiny({ ...run(1), history: ["before"] }, items)).toBe(undefined);
});
