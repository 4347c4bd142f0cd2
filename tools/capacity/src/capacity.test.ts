import { STREAMS } from "@lilux/bus";
import { expect, test } from "vitest";
import { capacityOf, type Row, ratesOf, USUAL } from "./capacity.ts";
import { readDemand } from "./read-demand.ts";

const MILLION = readDemand({ typists: "1000000", tenants: "10000", itemsPerTenant: "10000" });
const row = (rows: readonly Row[], resource: string): Row => {
  const found = rows.find((one) => one.resource === resource);
  if (found === undefined) throw new Error(`there is no ${resource}`);
  return found;
};

test("a million typists are what they are by hand", () => {
  expect(ratesOf(MILLION)).toEqual({
    keystrokes: 1_000_000,
    turns: expect.closeTo(16_666.67, 1),
    scripts: expect.closeTo(3_333.33, 1),
  });
  const rows = capacityOf(MILLION);
  expect(row(rows, "router").needs).toBe("8,000 cores in time, 3,572 at the edge");
  expect(row(rows, "gateway").needs).toBe("1,400 processes of one core");
  expect(row(rows, "stream TURNS").needs).toMatch(/^4\.51 TB for 7 days; .* after 2 min$/);
  expect(row(rows, "language model").needs).toMatch(/^1,000 replicas/);
});

test("what is full first comes first, and at the number of typists that fills it it is just full", () => {
  const rows = capacityOf(USUAL);
  const limits = rows.map(({ fullAt }) => fullAt ?? Infinity);
  expect(limits).toEqual(limits.toSorted((a, b) => a - b));
  const first = row(rows, "stream INTERACTIONS");
  const typists = first.fullAt ?? 0;
  const turns = ratesOf({ ...USUAL, typists }).turns;
  const seconds = STREAMS.INTERACTIONS.maxAgeMs / 1_000;
  expect(turns * seconds * 3_750).toBeCloseTo(STREAMS.INTERACTIONS.maxBytes, -3);
  // The same whatever number of people was asked about.
  expect(row(capacityOf({ ...USUAL, typists: 7 }), "stream INTERACTIONS").fullAt).toBeCloseTo(
    typists,
    3,
  );
});

test("twice the people take twice of everything that people take", () => {
  const one = ratesOf(USUAL);
  const two = ratesOf({ ...USUAL, typists: USUAL.typists * 2 });
  expect([two.keystrokes, two.turns, two.scripts]).toEqual([
    one.keystrokes * 2,
    one.turns * 2,
    one.scripts * 2,
  ]);
});

test.each([
  ["typists", "none"],
  ["typists", "0"],
  ["duty", "1.5"],
  ["people", "5"],
])("--%s %s is refused by its name", (name, text) => {
  expect(() => readDemand({ [name]: text })).toThrow(`--${name}`);
});
