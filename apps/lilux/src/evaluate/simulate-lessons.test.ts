import { NO_CALL_SIGNATURE } from "@lilux/core/ranking";
import { expect, it } from "vitest";
import type { EvaluationLine, WantedCall } from "./dataset.ts";
import { type Led, type RememberedLine, simulateLessons } from "./simulate-lessons.ts";

const KINDS: { signature: string; call: WantedCall }[] = [
  {
    signature: "run script:tally",
    call: {
      name: "execute",
      arguments: { item_type: "script", item_id: "tally", action: "run" },
    },
  },
  {
    signature: "search script",
    call: { name: "search", arguments: { item_type: "script", query: "tallies" } },
  },
  {
    signature: "create script",
    call: {
      name: "execute",
      arguments: { item_type: "script", item_id: "tally_two", action: "create" },
    },
  },
  { signature: NO_CALL_SIGNATURE, call: { name: null } },
];
const LINES_OF_KIND = 60;

/** A unit vector of its own for every line: none is near another. */
function vectorOf(place: number): Float32Array {
  const vector = new Float32Array(KINDS.length * LINES_OF_KIND);
  vector[place] = 1;
  return vector;
}

const remembered = KINDS.flatMap(({ signature, call }, kind) =>
  Array.from({ length: LINES_OF_KIND }, (_, at): RememberedLine => {
    const place = kind * LINES_OF_KIND + at;
    const line: EvaluationLine = { id: `line-${place}`, text: `a line, ${place}`, call };
    return { line, signature, embedding: vectorOf(place) };
  }),
);

/** The lessons that are of a line's own wording, where it led to something. */
function ownLessons({ line, embedding }: RememberedLine, led: Led) {
  const near = simulateLessons({ line, text: line.text, led }, remembered)(embedding);
  return near.filter((lesson) => lesson.near > 0.5);
}

it("remembers accepted searches, creations and talk as often as runs, with what is true of them", () => {
  // Mutant: lines whose signature names no item are left out.
  for (const { signature } of KINDS) {
    const lines = remembered.filter((one) => one.signature === signature);
    const taught = lines.flatMap((one) => {
      const lessons = ownLessons(one, { signature, isRight: true });
      return lessons.length === 0 ? [] : [lessons];
    });
    expect(taught.length / lines.length).toBeGreaterThan(0.35);
    expect(taught.length / lines.length).toBeLessThan(0.75);
    const all = taught.flat();
    expect(all.every(({ right }) => right)).toBe(true);
    const meant = all.filter((lesson) => lesson.signature === signature);
    expect(meant.length / all.length).toBeGreaterThan(0.9);
    expect(all.some(({ near }) => near > 0.99)).toBe(true);
    expect(all.some(({ near }) => near < 0.9)).toBe(true);
  }
});

it("refuses what led wrongly, and never what was meant", () => {
  // Mutant: whatever led is refused.
  for (const { signature } of KINDS) {
    const lines = remembered.filter((one) => one.signature === signature);
    const wrong = { signature: "run script:other", isRight: false };
    const refused = lines.flatMap((one) => ownLessons(one, wrong)).filter(({ right }) => !right);
    expect(refused.length / lines.length).toBeGreaterThan(0.2);
    expect(new Set(refused.map((lesson) => lesson.signature))).toEqual(new Set([wrong.signature]));
    const asMeant = lines.flatMap((one) => ownLessons(one, { signature, isRight: false }));
    expect(asMeant.every(({ right }) => right)).toBe(true);
  }
});
