import { describe, expect, it, test } from "vitest";
import { respell } from "./respell.ts";
import { createWordBook } from "./word-book.ts";
import { createWordList } from "./word-list.ts";

const language = createWordList(
  "clean page pager plan route strap what word open order invoice the run reuse".split(" "),
);

function reading(library: string): (text: string) => string {
  const book = createWordBook();
  book.add(library.split(" "));
  return (text) =>
    respell(text, {
      knows: (word) => language.has(word) || book.has(word),
      begins: (prefix) => language.begins(prefix) || book.begins(prefix),
      nearest: book.nearest,
    });
}

describe("respell", () => {
  test.each([
    ["a letter swapped", "vaildate the ledger", "validate the ledger"],
    ["a letter missing", "genrate payslips", "generate payslips"],
    ["a letter too many", "scann everything", "scan everything"],
    ["a wrong letter", "validste it", "validate it"],
    ["the first two swapped", "avlidate it", "validate it"],
    ["two wrong from eight letters on", "vulnerabilites agian", "vulnerability again"],
    ["four letters swapped", "opne payslips", "open payslips"],
    ["one of four missing", "plese ordr", "plese order"],
    ["a comma behind it", "vaildate, then stop", "validate, then stop"],
    ["in brackets", "(genrate) now", "(generate) now"],
    ["the first word of a sentence", "Vaildate it", "validate it"],
    ["no vowels", "opn the nwsltr and dply it", "opn the newsletter and deploy it"],
    ["some vowels less", "trnarnd of the week", "turnaround of the week"],
    ["vowels less, in brackets", "(stgng)", "(staging)"],
    ["a last word that nothing begins with", "please vaildate", "please validate"],
  ])("reads %s as the library's word", (_what, typed, meant) => {
    const read = reading(
      "validate generate payslips scan vulnerability again open order newsletter deploy turnaround staging",
    );
    expect(read(typed)).toBe(meant);
  });

  test.each([
    ["words of the language", "order the plan"],
    ["words of the library", "validate payslips"],
    ["forms of them", "strapping pages, routers, reusable wording, cleaned plans"],
    ["what a word of the library is a form of", "one payslip"],
    ["short words", "sca it"],
    ["four letters with another one", "scax it"],
    ["what begins otherwise", "calidate it"],
    ["other words two letters away", "reltahle it"],
    ["the beginning of a word that is still typed", "run vali"],
    ["what is quoted", 'run "vaildate" and `genrate` and “paysilps”'],
    ["a quotation that is still typed", 'run "vaildate the'],
    ["a name inside the line", "for Vaildate and SCNA"],
    ["ids and values", "vaildate_it paysilps.csv --genrate vaildate=1 /opt/paysilps x@paysilps"],
    ["contractions without their mark", "dont wont isnt"],
    ["what several words are written short for", "the prmtr"],
    ["too few consonants", "aioe uiae"],
    ["other scripts and accents", "válidate проверить 検証する"],
    ["nothing", "   "],
  ])("leaves %s", (_what, typed) => {
    expect(
      reading(
        "validate validated generate payslips scan done want reliable vulnerability parameter perimeter",
      )(typed),
    ).toBe(typed);
  });

  it("keeps spaces and the number of words", () => {
    const read = reading("validate payslips");
    expect(read("  vaildate   the\tpaysilps ")).toBe("  validate   the\tpayslips ");
  });
});
