import { expect, test } from "vitest";
import { licenceFaults } from "./licence-faults.ts";

const of = (license: string, name = "left-pad") => ({ name, versions: ["1.0.0"], license });

test("what may be handed on passes: alone, as one choice of several, and with others that may", () => {
  for (const license of ["MIT", "(AFL-2.1 OR BSD-3-Clause)", "(Apache-2.0 AND BSD-3-Clause)"]) {
    expect(licenceFaults([of(license)])).toEqual([]);
  }
  expect(licenceFaults([of("MPL-2.0", "lightningcss-linux-x64-gnu")])).toEqual([]);
});

// Mutants: `some` for `every`; an unknown licence is taken.
test("what may not is named: a copyleft, one of two that both bind, none, and words that are no licence", () => {
  for (const license of [
    "GPL-3.0-only",
    "AGPL-3.0",
    "(MIT AND GPL-2.0)",
    "Unknown",
    "",
    "SEE LICENSE IN LICENSE.md",
    "MPL-2.0",
    "MIT-ish",
  ]) {
    expect(licenceFaults([of(license)])).toEqual([`left-pad 1.0.0: ${license}`]);
  }
});
