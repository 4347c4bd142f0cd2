import type { Review } from "@lilux/database";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { labelKeyOf } from "../label/label-id.ts";
import { labelTurns } from "../label/label-turns.ts";
import { run, storedTurn, turnOf } from "../testing/turns.ts";
import { drawLabels } from "./draw-labels.ts";
import { noiseOf } from "./noise-of.ts";

const settled = Array.from({ length: 40 }, (_, index) =>
  storedTurn(turnOf(`wish ${index}`, { sessionId: `s${index}`, ran: run(`i${index}`) }), index),
);
const talk = storedTurn(turnOf("what is a mutex?", { sessionId: "t" }), 50);
const labelled = labelTurns([...settled, talk], []);
const reviewOf = (id: string, verdict: Review["verdict"]): Review => ({
  tenant: testTenant("acme"),
  ...labelKeyOf(id),
  verdict,
  reviewer: "ann",
  at: 1,
});
const draw = (reviews: Review[] = [], seed = "acme", given = labelled) =>
  drawLabels({ labelled: given, reviews, seed, limit: 6 });
const idsOf = ({ drawn }: ReturnType<typeof draw>) => drawn.map(({ id }) => id);

test("the same labels are drawn again whatever their order, others for another seed, and not the first ones", () => {
  expect(idsOf(draw([], "acme", labelled.toReversed()))).toEqual(idsOf(draw()));
  expect(idsOf(draw([], "other"))).not.toEqual(idsOf(draw()));
  const positions = draw().drawn.map(({ turn }) => turn.position);
  expect(positions).not.toEqual([0, 1, 2, 3, 4, 50]);
});

// Mutant: rules in the order of their names.
test("the rule with the fewest reviews comes first", () => {
  expect(draw().drawn.filter(({ label }) => label.rule === "talk")).toHaveLength(1);
  const reviews = idsOf(draw())
    .filter((id) => id.includes("settled"))
    .map((id) => reviewOf(id, "accept"));
  expect(draw(reviews).drawn[0]?.label.rule).toBe("talk");
});

test("what was judged or skipped is not drawn again, and it is told how many are left", () => {
  const reviews = idsOf(draw()).map((id, index) => reviewOf(id, index === 0 ? "skip" : "fix"));
  const next = draw(reviews);
  expect(idsOf(next).filter((id) => idsOf(draw()).includes(id))).toEqual([]);
  expect(next.left).toEqual({ settled: 40 - 5 - 6 });
});

test("noise is the share of fixed and rejected ones, with an interval that holds for few", () => {
  const reviews = labelled
    .filter(({ label }) => label.rule === "settled")
    .slice(0, 20)
    .map(({ id }, index) => reviewOf(id, index < 2 ? "reject" : index < 19 ? "accept" : "skip"));
  const noise = new Map(noiseOf(reviews).map((one) => [one.rule, one]));
  // Clopper and Pearson for 2 of 19, and for none of none.
  expect(noise.get("settled")).toMatchObject({ reviewed: 19, wrong: 2 });
  expect(noise.get("settled")?.low).toBeCloseTo(0.013, 3);
  expect(noise.get("settled")?.high).toBeCloseTo(0.331, 3);
  expect(noise.get("talk")).toEqual({
    rule: "talk",
    reviewed: 0,
    wrong: 0,
    share: null,
    low: 0,
    high: 1,
  });
  expect(noise.has("fixed")).toBe(false);
});
