import { expect, test } from "vitest";
import { createLineOverlap } from "./line-overlap.ts";

const overlap = createLineOverlap([
  { name: "blind", lines: ["order paper for the printer", ""] },
  {
    name: "cases",
    lines: ["please look which of the four wells ran dry in the summer of last year"],
  },
]);

test.each([
  ["a line of a set", "order paper for the printer", "blind"],
  ["other capitals and signs", "Order paper, for the PRINTER!", "blind"],
  ["a letter more", "order paper for the printers", "blind"],
  [
    "eight of its words within other ones",
    "I was asked to find out which of the four wells ran dry in spring and why that is",
    "cases",
  ],
  ["seven of its words", "tell me which of the four wells ran away", undefined],
  ["another wish in some of its words", "order toner for the copier", undefined],
  ["nothing", "", undefined],
])("%s is found in its set", (_, line, set) => {
  expect(overlap.setOf(line)).toBe(set);
});
