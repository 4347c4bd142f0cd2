import type { ReviewRow } from "@lilux/protocol";
import { expect, test } from "vitest";
import { NO_REVIEWS, type ReviewState, reduceReview, wishOfKey } from "./review-state.ts";

const tally = {
  name: "execute",
  arguments: { item_type: "script", item_id: "tally", action: "run" },
} as const;
const rowOf = (id: string): ReviewRow => ({
  id,
  at: 0,
  line: "count",
  history: [],
  kind: "submit",
  outcome: "completed",
  shown: [{ call: tally, confidence: 0.7 }],
  done: [{ call: tally, ok: true }],
  response: "",
  rule: "settled",
  call: tally,
  right: true,
  weight: 0.7,
});
const [one, two] = [rowOf("1.settled.none"), rowOf("2.settled.none")];
const loaded = reduceReview(NO_REVIEWS, { type: "came", rows: [one, two], left: { talk: 3 } });
const choosing: ReviewState = { ...loaded, step: "choosing" };

test.each([
  ["a", { type: "review", review: { id: one.id, verdict: "accept" } }],
  ["r", { type: "review", review: { id: one.id, verdict: "reject" } }],
  ["s", { type: "review", review: { id: one.id, verdict: "skip" } }],
  ["f", { type: "step", step: "choosing" }],
  ["u", { type: "undo" }],
  ["q", { type: "quit" }],
  ["x", undefined],
])("%s while judging", (key, wish) => {
  expect(wishOfKey(loaded, key)).toEqual(wish);
});

test.each([
  ["1", { type: "review", review: { id: one.id, verdict: "fix", meant: tally } }],
  ["n", { type: "review", review: { id: one.id, verdict: "fix", meant: null } }],
  ["2", undefined],
  ["0", undefined],
  ["t", { type: "step", step: "writing" }],
  ["Escape", { type: "step", step: "judging" }],
  ["a", undefined],
])("%s while choosing what was meant", (key, wish) => {
  expect(wishOfKey(choosing, key)).toEqual(wish);
});

// Mutant: `wishOfKey` without `isBusy`: a key held down judges labels that nobody has read.
test("while a verdict is on its way no key judges, and while a call is written letters are letters", () => {
  const busy = reduceReview(loaded, { type: "asked" });
  expect(["a", "f", "r", "s", "u"].map((key) => wishOfKey(busy, key))).toEqual(
    Array(5).fill(undefined),
  );
  expect(wishOfKey({ ...choosing, step: "writing" }, "a")).toBeUndefined();
});

test("a verdict that is kept brings the next label, and one that is taken back brings its own again", () => {
  const kept = reduceReview(loaded, { type: "kept", review: { id: one.id, verdict: "accept" } });
  expect(kept).toMatchObject({ queue: [two], judged: 1, notice: "Accepted." });
  const last = { id: one.id, verdict: "accept" } as const;
  const back = reduceReview(kept, { type: "undone", answer: { undone: last, row: one } });
  expect(back).toMatchObject({ queue: [one, two], judged: 0, notice: "Taken back: accept." });
  const nothing = reduceReview(back, { type: "undone", answer: { undone: null, row: null } });
  expect(nothing).toMatchObject({ queue: [one, two], judged: 0 });
});
