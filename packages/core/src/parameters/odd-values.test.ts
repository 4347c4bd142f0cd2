import type { InputSpec } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { splitIdentifier } from "../text/index.ts";
import { type ReadParameters, readParameters } from "./read-parameters.ts";

const TODAY = "2026-11-28";

function input(name: string, type: string, more: Partial<InputSpec> = {}): InputSpec {
  return { name, type, required: false, ...more };
}

function read(line: string, inputs: readonly InputSpec[], id = "job"): ReadParameters {
  const idWords = splitIdentifier(id);
  return readParameters(line, { inputs, idWords, knownWords: new Set(idWords), today: TODAY });
}

const day = (name: string): InputSpec =>
  input(name, "string", { required: true, description: "Day as YYYY-MM-DD." });
const hours = input("hours", "number");
const minutes = input("minutes", "integer", { required: true });

describe("a day said in words is that day", () => {
  it.each([
    ["book it for 4 December", "2026-12-04"],
    ["book it for the 4th of December", "2026-12-04"],
    ["book it for December 4, 2027", "2027-12-04"],
    ["book it for 3 March", "2027-03-03"],
    ["book it for the day after tomorrow", "2026-11-30"],
    ["book it in two weeks", "2026-12-12"],
    ["book it a month from now", "2026-12-28"],
    ["book it 3 days ago", "2026-11-25"],
    ["book it on the last day of the month", "2026-11-30"],
    ["book it at the end of next month", "2026-12-31"],
    ["count since monday", "2026-11-23"],
    ["count since last friday", "2026-11-27"],
    ["book it this tuesday", "2026-12-01"],
    ["job date=tomorrow", "2026-11-29"],
  ])("%s", (line, date) => {
    expect(read(line, [day("date")]).values).toEqual({ date });
  });

  it.each([
    ["report for october", "2026-10"],
    ["report for december", "2025-12"],
    ["report of last month", "2026-10"],
    ["report for 2026-07", "2026-07"],
    ["report for march 2024", "2024-03"],
  ])("or month: %s", (line, month) => {
    const spec = input("month", "string", { description: "As YYYY-MM." });
    expect(read(line, [spec]).values).toEqual({ month });
  });

  it("no day of a year that has none such, and none where the day it is typed on is not known", () => {
    expect(read("book it for 30 February 2026", [day("date")]).values).toEqual({});
    const target = { inputs: [day("date")], idWords: [], knownWords: new Set<string>() };
    expect(readParameters("book it for tomorrow", target).values).toEqual({});
  });
});

describe("an amount in other units or in words is that amount, and never a rounded one", () => {
  it.each([
    ["wait for three quarters of an hour", { minutes: 45 }],
    ["wait for an hour and a half", { minutes: 90 }],
    ["wait 2 hours 30 minutes", { minutes: 150 }],
    ["wait for the last half hour", { minutes: 30 }],
    ["wait for an hour", { minutes: 60 }],
    ["wait 90 seconds", {}],
    ["wait 100 degrees", {}],
  ])("%s", (line, values) => {
    expect(read(line, [minutes]).values).toEqual(values);
  });

  it.each([
    ["order half a ton", "kilograms", 500],
    ["take 0.25 l", "volume_ml", 250],
    ["take a dozen", "count", 12],
    ["take half a dozen", "count", 6],
    ["take two hundred", "count", 200],
    ["cool it to minus 4", "degrees", -4],
    ["at 30%", "load_percent", 30],
  ])("%s", (line, name, value) => {
    expect(read(line, [input(name, "number")]).values).toEqual({ [name]: value });
  });

  it("what is counted is none of the item's: 3000 x g is no speed", () => {
    const speed = input("rpm", "integer", { required: true });
    expect(read("spin it at 3000 x g", [speed])).toMatchObject({ values: {}, unread: ["3000"] });
    expect(read("heat it to 400 fahrenheit", [input("celsius", "integer")])).toMatchObject({
      values: {},
      unread: ["400"],
    });
  });
});

describe("two ends go to the inputs for them, in whatever order they are said", () => {
  const pages = [input("first_page", "integer"), input("last_page", "integer")];
  const times = [
    input("since", "string", { description: "Date." }),
    input("until", "string", { description: "Date." }),
  ];
  it.each([
    ["print pages 5-8", pages, { first_page: 5, last_page: 8 }],
    ["print between 5 and 8", pages, { first_page: 5, last_page: 8 }],
    ["print from 5 to 8", pages, { first_page: 5, last_page: 8 }],
    ["print up to 8 from 5", pages, { first_page: 5, last_page: 8 }],
    ["until 2026-03-01 since 2026-02-01", times, { since: "2026-02-01", until: "2026-03-01" }],
    ["until 2026-03-01", times, { until: "2026-03-01" }],
    [
      "what changed from b.json to a.json",
      [
        input("before", "string", { description: "Path." }),
        input("after", "string", { description: "Path." }),
      ],
      { before: "b.json", after: "a.json" },
    ],
    [
      "convert from miles to feet",
      [
        input("to_unit", "string", { required: true }),
        input("from_unit", "string", { required: true }),
      ],
      { from_unit: "miles", to_unit: "feet" },
    ],
  ])("%s", (line, inputs, values) => {
    expect(read(line, inputs).values).toEqual(values);
  });
});

describe("what no single input can take is no input's value and is told", () => {
  const sample = input("sample", "string", { required: true });
  const kilos = input("kilograms", "number", { required: true });
  const level = input("level", "string", { schema: { enum: ["debug", "info", "error"] } });
  it.each([
    ["thaw S-1 and S-2", [sample], ["S-1", "S-2"]],
    ["order 50 or 60 kg", [kilos], ["50 or 60 kg"]],
    ["order between 40 and 50 kg", [kilos], ["40 and 50 kg"]],
    ["raise it by 5 percent", [input("percent", "number")], ["by 5 percent"]],
    ["draw 16 by 24", [input("wells", "integer")], ["16 by 24"]],
    ["show debug and error", [level], ["debug", "error"]],
    ["show it without the debug lines", [level], ["without the debug lines"]],
    ["freeze all but S-3", [input("samples", "array")], ["all but S-3"]],
    ["clean everything except /blog", [input("path", "string")], ["except /blog"]],
    ["ship it, not to error", [level], ["not to error"]],
  ])("%s", (line, inputs, unread) => {
    const found = read(line, inputs);
    expect(found.values).toEqual({});
    expect(found.unread).toEqual(expect.arrayContaining(unread));
  });
});

describe("a switch is read on and off", () => {
  it.each([
    ["send it unencrypted", "encrypt", false],
    ["draw it randomised", "randomise", true],
    ["draw it, don't randomise", "randomise", false],
    ["check it strictly", "strict", true],
    ["let him go without medicine", "with_medicine", false],
    ["bake cakes too", "with_cakes", true],
    ["bake no cakes", "with_cakes", false],
    ["cold chain yes", "cold_chain", true],
    ["import it for real", "dry_run", false],
    ["cancel it, no refund", "refund", false],
    ["she is ill, unpaid", "paid", false],
  ])("%s", (line, name, value) => {
    expect(read(line, [input(name, "boolean")]).values).toEqual({ [name]: value });
  });
});

describe("texts and names stay whole", () => {
  const who = input("person", "string", { required: true });
  const what = input("message", "string");
  it.each([
    [
      "page Sam: the disk is full, come",
      [who, what],
      { person: "Sam", message: "the disk is full, come" },
    ],
    ["page Mia Lund", [who], { person: "Mia Lund" }],
    [
      "lend Hotel 1900 six crates",
      [input("customer", "string", { required: true }), input("crates", "integer")],
      { customer: "Hotel 1900", crates: 6 },
    ],
    [
      "job for Summer Day since yesterday",
      [who, day("first_day")],
      { person: "Summer Day", first_day: "2026-11-27" },
    ],
    [
      "order 2 bottles of 70 percent ethanol",
      [input("reagent", "string", { required: true }), input("bottles", "integer")],
      { reagent: "70 percent ethanol", bottles: 2 },
    ],
    [
      "take an order: 20 rolls, 2 loaves and a cake",
      [input("items", "array", { required: true })],
      { items: ["20 rolls", "2 loaves", "a cake"] },
    ],
    [
      "export it to rex.pdf",
      [
        input("output", "string", { description: "Path." }),
        input("format", "string", { schema: { enum: ["pdf", "html"] } }),
      ],
      { output: "rex.pdf" },
    ],
  ])("%s", (line, inputs, values) => {
    expect(read(line, inputs).values).toEqual(values);
  });
});

describe("a choice is taken by its name in words", () => {
  it.each([
    ["print it in French", ["en", "de", "fr"], "fr"],
    ["bill it in swiss francs", ["EUR", "CHF", "GBP"], "CHF"],
    ["bill it in dollars", ["EUR", "USD"], "USD"],
    ["print it in Polish", ["en", "de", "fr"], undefined],
  ])("%s", (line, choices, value) => {
    const { values } = read(line, [input("choice", "string", { schema: { enum: choices } })]);
    expect(values["choice"]).toBe(value);
  });
});

test("a two-digit value of an assignment is a value", () => {
  expect(read("job minutes=12 hours=36", [minutes, hours]).values).toEqual({
    minutes: 12,
    hours: 36,
  });
});

test("what a value was read by is how far it is trusted: said outright more than concluded", () => {
  const of = (line: string): number => read(line, [minutes]).origins[0]?.confidence ?? 0;
  expect(of("job minutes=12")).toBeGreaterThan(of("job 12"));
});

test("words that nothing took are counted, the item's own and those of grammar not", () => {
  expect(read("please run the job for 3 minutes", [minutes]).leftover).toBe(0);
  expect(read("run the job for 3 minutes at the harbour", [minutes]).leftover).toBe(1);
});

/** Mutant: `refuse` that forgets to keep what it used up. */
test("of any line, every number in digits is a value or is told", () => {
  const words = fc.constantFrom(
    "from",
    "to",
    "and",
    "or",
    "between",
    "by",
    "except",
    "not",
    "minutes",
    "hours",
    "for",
    "a",
    "dozen",
    "half",
    "in",
    "weeks",
  );
  const part = fc.oneof(words, fc.integer({ min: 2, max: 999 }).map(String));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
      const { values, unread } = read(parts.join(" "), [minutes, hours]);
      const said = parts.filter((each) => /^\d+$/.test(each)).length;
      const told = unread.join(" ").match(/\d+/gu)?.length ?? 0;
      expect(said === 0 || Object.keys(values).length + told > 0).toBe(true);
    }),
  );
});
