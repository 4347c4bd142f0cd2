import { expect, test } from "vitest";
import type { Running } from "../start-mode.ts";
import { grownFrom, sizesOf } from "./process-sizes.ts";

// Mutant: metrics by another name: every size is then no number, and nothing ever grows.
test("sizes are read from what a process says of itself, and what grew far is named", async () => {
  const text = (mib: number, descriptors: number) =>
    `# HELP x\nprocess_resident_memory_bytes ${mib * 1_024 ** 2}\nprocess_open_fds ${descriptors}\n`;
  const of = (mib: number, descriptors: number) =>
    sizesOf({ metrics: async () => text(mib, descriptors) } as Running);
  const before = await of(300, 60);
  expect(before).toEqual({ lilux: { mib: 300, descriptors: 60 } });
  expect(grownFrom(before, await of(900, 200))).toEqual([]);
  expect(grownFrom(before, await of(1_200, 300))).toEqual([
    "lilux: 60 descriptors, then 300",
    "lilux: 300 MiB, then 1200",
  ]);
});
