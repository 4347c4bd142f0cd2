import { capVoices, fitRanker } from "@lilux/core/fitting";
import type { StoredTurn } from "@lilux/database";
import type { DatasetRow } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createFittedRouter } from "../testing/fitted-router.ts";
import { run, storedTurn, turnOf } from "../testing/turns.ts";
import { buildDataset } from "./build-dataset.ts";

const ITEMS = ["alpha", "beta", "gamma"] as const;
const WORDS = ["amber", "birch", "cedar", "ember", "fjord", "grove", "heath", "inlet", "juniper"];
const PEOPLE = 11;

let position = 0;

/** A line "<letter> <item> <words>", and the item that somebody took for it. */
function said(
  given: { person: string; session: string; letter: string; at: number; words?: string },
  itemFor: (place: number) => number = (place) => place,
): StoredTurn {
  const { person, session, letter, at } = given;
  position += 1;
  const place = position % ITEMS.length;
  const words = given.words ?? `${WORDS[position % WORDS.length]} ${position * 7_919}`;
  const taken = run(ITEMS[itemFor(place) % ITEMS.length] ?? "alpha");
  const line = `${letter} ${ITEMS[place]} ${words}`;
  const turn = turnOf(line, { person, sessionId: session, at, kind: "accept", ran: taken });
  return storedTurn({ ...turn, predicted: [{ call: taken, confidence: 0.5 }] }, position);
}

/** Eleven people of ten sessions each. */
const honest = Array.from({ length: PEOPLE * 10 }, (_, at) =>
  said({ person: `p${at % PEOPLE}`, session: `s${at}`, letter: at % 2 === 0 ? "x" : "y", at }),
);
const build = (turns: readonly StoredTurn[]) =>
  buildDataset({ tenant: testTenant("acme"), name: "n", turns, ratings: [], now: 9_999 });
const voicesOf = ({ rows }: ReturnType<typeof build>, split: string) =>
  Object.values(
    Object.groupBy(
      rows.filter(({ row }) => row.split === split).map(({ row }) => row),
      ({ voice = -1 }) => voice,
    ),
  ).map((rows = []) => rows.length);

const fit = (rows: readonly DatasetRow[]) => {
  const router = createFittedRouter();
  const studied = (split: string) => {
    const own = rows.filter((row) => row.split === split);
    const answer = router.answer({ study: own }) as { lines: { meant: number[] }[] };
    const weights = capVoices(
      own.map(({ voice = 0, weight }) => ({ voice, weight })),
      0.15,
    );
    return answer.lines.map((line, place) => ({
      ...line,
      right: own[place]?.right ?? false,
      weight: weights[place] ?? 0,
    }));
  };
  const base = { featureNames: ["likely", "told"], weights: [2, 0] };
  const ranker = { ...base, temperatures: [{ temperature: 1 }] };
  const lines = { train: studied("train"), validation: studied("validation") };
  return fitRanker(ranker, lines as never).ranker;
};

// Mutants: `capRows` that keeps everything; splits by the newest sessions of all.
test("one person with thousands of hostile rows in sessions of their own moves nothing: not the splits, not what others said, not the fit", () => {
  const flood = Array.from({ length: 2_000 }, (_, at) =>
    // Every line of the letter that the router does not go by, taken for the item it tells of.
    said(
      { person: "mallory", session: `m${at}`, letter: "x", at: 1_000 + at },
      (place) => place + 1,
    ),
  );
  const [without, with_] = [build(honest), build([...honest, ...flood])];
  const ofOthers = ({ rows }: ReturnType<typeof build>, split: string) =>
    rows.filter(({ row }) => row.split === split && !isOf(row, flood)).map(({ row }) => row.line);
  for (const split of ["train", "validation", "test"]) {
    expect(ofOthers(with_, split), split).toEqual(ofOthers(without, split));
  }
  for (const split of ["validation", "test"]) {
    const counts = voicesOf(with_, split);
    const all = counts.reduce((sum, count) => sum + count, 0);
    expect(Math.max(...counts) / all, split).toBeLessThanOrEqual(0.16);
  }
  expect(Math.max(...voicesOf(with_, "train"))).toBeLessThanOrEqual(200);
  expect(with_.manifest.leftOut.overPerson).toBeGreaterThan(1_500);
  const weights = [without, with_].map(({ rows }) => fit(rows.map(({ row }) => row)).weights);
  const [, told = 1] = weights[1] ?? [];
  const [likely = 0] = weights[1] ?? [];
  // Lines of the letter lead as before: what is likely by itself still outweighs what the flood taught.
  expect(told).toBeLessThan(likely);
});

const isOf = ({ line }: DatasetRow, turns: readonly StoredTurn[]): boolean =>
  turns.some(({ record }) => record.text === line);

// Mutants: `fewestFirst` that answers the rows as they came; near lines that know of rows which were cut.
test("the same line a thousand times is one row, and who says again what others said takes next to nothing from them", () => {
  const flood = Array.from({ length: 1_000 }, (_, at) =>
    said({ person: "mallory", session: `m${at}`, letter: "z", at: 1_000 + at, words: "twice" }),
  );
  // Before them, so that a row of two would count as the first one's; and last, so that it would be held out.
  const echo = (from: number) =>
    honest.map(({ record }, at) => {
      const id = `e${from + at}`;
      const turn = { ...record, sessionId: id, turnId: id, person: "mallory", at: from + at };
      return storedTurn(turn, 20_000 + from + at);
    });
  const made = build([...echo(-1_000), ...honest, ...flood, ...echo(9_000)]);
  expect(made.manifest.leftOut.repeated).toBeGreaterThan(500);
  const lines = made.rows.map(({ row }) => row.line);
  const lost = honest.filter(({ record }) => !lines.includes(record.text));
  expect(lost.length).toBeLessThan(honest.length / 20);
  const learnt = made.rows.filter(({ row }) => row.split === "train" && isOf(row, honest));
  const asOwn = learnt.filter(({ turnPosition }) => turnPosition < 10_000);
  expect(asOwn.length).toBe(learnt.length);
});

test("a session says no more than two hundred rows, whoever has it, and the datasheet counts what it lost", () => {
  const long = Array.from({ length: 350 }, (_, at) =>
    said({ person: "team", session: "endless", letter: "y", at }),
  );
  const { manifest, rows } = build(long);
  expect(rows).toHaveLength(200);
  expect(manifest.leftOut).toMatchObject({ overSession: 150 });
  expect(manifest.leftOut.overPerson).toBeUndefined();
  // Which of them stay is no matter of when they were said.
  expect(rows.filter(({ turnPosition }) => turnPosition > position - 150).length).toBeGreaterThan(
    50,
  );
  expect(build(long.toReversed()).manifest.version).toBe(manifest.version);
});

test("where two people work alike, neither loses anything", () => {
  const two = Array.from({ length: 40 }, (_, at) =>
    said({ person: `p${at % 2}`, session: `s${at}`, letter: "y", at }),
  );
  const { manifest } = build(two);
  expect(manifest).toMatchObject({ rows: 40, splits: { train: 28, validation: 6, test: 6 } });
  expect(manifest.leftOut.overPerson).toBeUndefined();
});
