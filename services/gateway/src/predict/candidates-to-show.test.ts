import { type Candidate, DEFAULT_THRESHOLDS } from "@lilux/protocol";
import { expect, test } from "vitest";
import { candidatesToShow } from "./candidates-to-show.ts";

function ranked(...confidences: number[]): Candidate[] {
  return confidences.map((confidence, at) => ({
    call: { name: "search", arguments: { item_type: "script", query: `query ${at}` } },
    confidence,
    effect: "read",
  }));
}

test("a leader that reaches show brings its followers along", () => {
  const list = ranked(0.6, 0.2, 0.1);
  expect(candidatesToShow(list, DEFAULT_THRESHOLDS)).toEqual(list);
});

test("below show there is nothing to commit", () => {
  expect(candidatesToShow(ranked(0.599, 0.3), DEFAULT_THRESHOLDS)).toEqual([]);
  expect(candidatesToShow([], DEFAULT_THRESHOLDS)).toEqual([]);
});
