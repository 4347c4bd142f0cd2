import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Review } from "@lilux/database";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { labelKeyOf } from "../label/label-id.ts";
import { labelTurns } from "../label/label-turns.ts";
import { run, storedTurn, turnOf } from "../testing/turns.ts";
import { buildDataset } from "./build-dataset.ts";
import { ownEvaluationSets } from "./own-evaluation-sets.ts";
import { readEvaluationSets } from "./read-evaluation-sets.ts";

const WISHES = [
  "count the pumps of the north site",
  "send the weekly report to finance",
  "archive old tickets of the help desk",
  "translate the menu into French",
  "measure how long the build takes",
  "book a room for the review",
  "rename photos by their date",
  "summarise the interviews of May",
  "draft an offer for the bakery",
  "list who is on call tonight",
  "check links in the handbook",
  "resize all product pictures",
  "print labels for the parcels",
  "compare prices of three suppliers",
  "plan the move of the archive",
  "restore the backup of Tuesday",
  "invite the new colleagues",
  "close the books of the quarter",
  "order paper for the printer",
  "water the plants in the hall",
];

const turns = WISHES.map((text, index) =>
  storedTurn(
    turnOf(text, { sessionId: `s${index}`, at: index * 1_000, ran: run(`item_${index}`) }),
    index,
  ),
);
const build = (given: Partial<Parameters<typeof buildDataset>[0]> = {}) =>
  buildDataset({
    tenant: testTenant("acme"),
    name: "first",
    turns,
    ratings: [],
    now: 99,
    ...given,
  });
const linesOf = ({ rows }: ReturnType<typeof build>, split: string) =>
  rows.filter(({ row }) => row.split === split).map(({ row }) => row.line);

test("the newest sessions are held out, whole, and a session is in one split", () => {
  const { manifest, rows } = build();
  expect(manifest).toMatchObject({
    rows: 20,
    splits: { train: 14, validation: 3, test: 3 },
    rules: { settled: 20 },
    sessions: 20,
    people: 1,
    from: 0,
    to: 19_000,
    leftOut: { repeated: 0, nearAnotherSplit: 0 },
  });
  expect(linesOf({ manifest, rows, tenant: testTenant("acme") }, "test").toSorted()).toEqual(
    WISHES.slice(-3).toSorted(),
  );
});

test("the same turns are the same dataset, in whatever order they are read; others are another", () => {
  const version = build().manifest.version;
  expect(build({ turns: turns.toReversed(), now: 1, name: "again" }).manifest.version).toBe(
    version,
  );
  expect(build({ turns: turns.slice(1) }).manifest.version).not.toBe(version);
});

// Mutant: no `hasNear`; the held-out line is then trained on.
test("a line that is held out is not trained on in nearly the same words", () => {
  const near = storedTurn(
    turnOf("Order paper for the printers!", { sessionId: "s0", at: 10, ran: run("item_18") }),
    50,
  );
  const made = build({ turns: [...turns, near] });
  expect(made.manifest.leftOut.nearAnotherSplit).toBe(1);
  expect(linesOf(made, "train")).not.toContain("Order paper for the printers!");
  expect(linesOf(made, "test")).toContain("order paper for the printer");
});

test("what was said before counts once, with the lines before it as its history", () => {
  const again = ["a", "b", "c"].map((turnId, index) =>
    storedTurn(
      turnOf("count it", { sessionId: "s0", turnId, at: 100 + index, ran: run("tally") }),
      60 + index,
    ),
  );
  const made = build({ turns: [...turns, ...again] });
  expect(made.manifest.leftOut.repeated).toBe(1);
  const rows = made.rows.filter(({ row }) => row.line === "count it");
  expect(rows.map(({ row }) => row.history)).toEqual([[WISHES[0]], [WISHES[0], "count it"]]);
});

test("a turn kept without its text teaches nothing about lines", () => {
  const silent = turns.map((turn) => ({ ...turn, level: "metrics" as const }));
  const made = build({ turns: silent });
  expect(made.manifest).toMatchObject({ rows: 0, turns: 0, from: null });
  expect(made.rows).toEqual([]);
});

// Mutants: `applyReview` that answers the label as it is; a fix that keeps its turn.
test("a reviewed label counts as it was judged: rejected ones are out, fixed ones take their correction", () => {
  const idOf = (position: number): string => {
    const found = labelTurns(turns, []).find(({ turn }) => turn.position === position);
    if (found === undefined) throw new Error("no label");
    return found.id;
  };
  const review = (position: number, more: Pick<Review, "verdict" | "meant">): Review => ({
    tenant: testTenant("acme"),
    ...labelKeyOf(idOf(position)),
    reviewer: "ann",
    at: 1,
    ...more,
  });
  const reviews = [
    review(0, { verdict: "reject" }),
    review(1, { verdict: "fix", meant: null }),
    review(2, { verdict: "accept" }),
    review(3, { verdict: "skip" }),
  ];
  const { manifest, rows } = build({ reviews });
  const rowOf = (index: number) => rows.find(({ row }) => row.line === WISHES[index])?.row;
  expect(rowOf(0)).toBeUndefined();
  expect(rowOf(1)).toMatchObject({ call: null, right: true, weight: 1, rule: "fixed" });
  expect(rowOf(1)?.turn).toBeUndefined();
  expect(rowOf(2)).toMatchObject({ right: true, weight: 1, rule: "settled" });
  expect(rowOf(3)).toMatchObject({ weight: 0.7, rule: "settled" });
  expect(manifest).toMatchObject({
    leftOut: { rejected: 1 },
    reviewed: { accepted: 1, fixed: 1 },
    noise: expect.arrayContaining([expect.objectContaining({ rule: "settled", wrong: 2 })]),
  });
});

// Mutant: `createGathered` that asks no evaluation set; what models are judged by is then trained on.
test("a line that models are judged by is in no dataset, nor is one that is nearly it, and that is counted by set", () => {
  const evaluationSets = [
    { name: "blind/lines.jsonl", lines: [WISHES[3] ?? "", "Plan the moves of the archive!"] },
    { name: "cases.jsonl", lines: ["something nobody said"] },
  ];
  const made = build({ evaluationSets });
  expect(made.manifest.checkedAgainst).toEqual([
    { set: "blind/lines.jsonl", lines: 2, leftOut: 2 },
    { set: "cases.jsonl", lines: 1, leftOut: 0 },
  ]);
  const lines = made.rows.map(({ row }) => row.line);
  expect(lines).not.toContain(WISHES[3]);
  expect(lines).not.toContain("plan the move of the archive");
  expect(lines).toHaveLength(18);
});

test("evaluation sets are read whatever their form, of a checkout its own, and one that cannot be read is told", async () => {
  const folder = await temporaryDirectory();
  onTestFinished(() => folder.remove());
  const rows = [
    { line: "of a case" },
    { id: "r1", text: "of a router's line" },
    { turn: { text: "of an example" } },
    { turns: [{ text: "of a session" }, { text: "and its second" }] },
    { other: 1 },
  ];
  const text = `${rows.map((row) => JSON.stringify(row)).join("\n")}\n\n`;
  await writeFile(join(folder.path, "lines.jsonl"), text);
  await writeFile(join(folder.path, "notes.md"), "no lines");
  const [set, ...others] = await readEvaluationSets([folder.path]);
  expect(others).toEqual([]);
  expect(set?.lines).toEqual([
    "of a case",
    "of a router's line",
    "of an example",
    "of a session",
    "and its second",
  ]);
  const own = await readEvaluationSets(await ownEvaluationSets());
  const names = own.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["blind/lines.jsonl", "evaluation/cases.jsonl"]));
  expect(own.filter(({ lines }) => lines.length === 0)).toEqual([]);
  await writeFile(join(folder.path, "torn.jsonl"), '{"line": "a"}\n{"li');
  const refusal = { code: "config_invalid", message: expect.stringContaining("line 2") };
  await expect(readEvaluationSets([join(folder.path, "torn.jsonl")])).rejects.toMatchObject(
    refusal,
  );
  await expect(readEvaluationSets([join(folder.path, "gone")])).rejects.toThrow(/cannot be read/);
});
