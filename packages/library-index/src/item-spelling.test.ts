import { expect, it } from "vitest";
import { createLibraryIndex } from "./library-index.ts";
import { itemSummary } from "./testing/item-summary.ts";

it("knows the words of the items there are, whenever it is first asked", () => {
  // Mutants: `remove` keeps the words; an exchange of phrasings alone is not told.
  const asked = createLibraryIndex();
  const late = createLibraryIndex();
  const first = { ...itemSummary("script:ledger_reconciler"), description: "Balances accounts." };
  const phrased = { ...first, examples: ["tally everything"] };
  const other = itemSummary("script:payslip_mailer");
  asked.spelling.words();
  const states = [[first], [phrased, other], [other], [first]];
  for (const items of states) {
    for (const index of [asked, late]) index.apply(index.changesTo(items));
    const known = (word: string) => [asked, late].map((index) => index.spelling.words().has(word));
    const text = JSON.stringify(items).toLowerCase();
    for (const word of ["ledger", "balances", "tally", "payslip"]) {
      expect(known(word), word).toEqual([text.includes(word), text.includes(word)]);
    }
  }
});
