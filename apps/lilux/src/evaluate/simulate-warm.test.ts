import { expect, it } from "vitest";
import { type EvaluationLine, toSummary } from "./dataset.ts";
import { REAL_WARMTH, simulateWarm } from "./simulate-warm.ts";

const entries = Array.from({ length: 60 }, (_, at) => {
  const item = toSummary({ item_type: "script", item_id: `item_${at}` });
  return { key: `script:item_${at}` as const, item, row: at, textHash: "" };
});
const library = {
  entries: () => entries,
  entry: (key: string) => entries.find((entry) => entry.key === key),
  resolve: (_type: string, id: string) => entries.find(({ item }) => item.item_id === id),
};
const near = Array.from({ length: 10 }, (_, at) => `script:item_${at}`);
const line = (at: number): EvaluationLine => ({
  id: `line-${at}`,
  text: "do it",
  call: { name: "execute", arguments: { item_type: "script", item_id: "item_3", action: "run" } },
});

it("holds the item meant as often as it is told, and near ones otherwise", () => {
  // Mutant: a context that misses may hold the item meant as a neighbour.
  const shares = [0, 1].map((hitRate) => {
    const contexts = Array.from({ length: 60 }, (_, at) =>
      simulateWarm(line(at), { library, near }, { ...REAL_WARMTH, hitRate }),
    );
    for (const context of contexts) {
      expect(context.length).toBeGreaterThanOrEqual(1);
      expect(context.length).toBeLessThanOrEqual(REAL_WARMTH.itemsMax);
    }
    const meant = contexts.filter((one) => one.some(({ item_id }) => item_id === "item_3"));
    const all = contexts.flat().map(({ item_id }) => `script:${item_id}`);
    const nearby = all.filter((key) => near.includes(key)).length / all.length;
    expect(nearby).toBeGreaterThan(0.3);
    return meant.length / contexts.length;
  });
  expect(shares).toEqual([0, 1]);
});
