import { expect, test } from "vitest";
import { plotLine } from "./plot-line.ts";

const PLOT = { title: "Reliability", x: "confidence", y: "right", withDiagonal: true };

// Mutant: bars of one length, whatever the count.
test("a share is drawn with its interval and the lines behind it, wider over fewer lines", () => {
  const drawn = plotLine({
    ...PLOT,
    points: [
      [0.5, 0.5],
      [0.9, 0.5],
    ],
    counts: [4, 400],
  });
  expect(drawn).toContain("<title>4 lines, 0.15 to 0.85</title>");
  const lengths = [...drawn.matchAll(/y1="([\d.]+)" y2="([\d.]+)" stroke="#2f7ed8"/g)].map(
    ([, low, high]) => Number(low) - Number(high),
  );
  expect(lengths).toHaveLength(2);
  expect(lengths[0]).toBeGreaterThan(5 * (lengths[1] ?? 0));
  expect(plotLine({ ...PLOT, points: [[0.5, 0.5]] })).not.toContain("lines,");
});

test("what is no data is in the colour of the text around it, so that it is seen in light and dark", () => {
  const drawn = plotLine({ ...PLOT, points: [[0.5, 0.5]], counts: [9] });
  const colours = new Set([...drawn.matchAll(/(?:stroke|fill)="([^"]+)"/g)].map(([, of]) => of));
  expect(colours).toEqual(new Set(["currentColor", "none", "#2f7ed8"]));
});
