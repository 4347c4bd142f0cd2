import type { InputSpec } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { splitIdentifier } from "../text/index.ts";
import { type ReadParameters, readParameters } from "./read-parameters.ts";
import { spokenDay } from "./spoken-dates.ts";

/** A Wednesday. */
const TODAY = "2026-10-14";

function read(line: string, id: string, inputs: readonly InputSpec[]): ReadParameters {
  const idWords = splitIdentifier(id);
  return readParameters(line, { inputs, idWords, knownWords: new Set(idWords), today: TODAY });
}

function day(name: string, description = "As YYYY-MM-DD."): InputSpec {
  return { name, type: "string", required: true, description };
}

describe("a day without a year is of the past where the input, the item or the line speaks of what was", () => {
  const sown = day("sown_on", "Day on which it was sown, as YYYY-MM-DD.");
  it.each([
    ["note the beans, sown on 3 March", "note_bed", sown, "2026-03-03"],
    ["note the beans, sown 28 November", "note_bed", sown, "2025-11-28"],
    ["note the beans, sown on Friday", "note_bed", sown, "2026-10-09"],
    ["note the beans, sown on the 21st", "note_bed", sown, "2026-09-21"],
    ["log rainfall of 2 December", "log_rainfall", day("date"), "2025-12-02"],
    ["it rained on 2 December", "rain_gauge", day("date"), "2025-12-02"],
    ["harvest list since December 1st", "harvest_list", day("since"), "2025-12-01"],
  ])("%s", (line, id, spec, value) => {
    const { values, origins } = read(line, id, [spec]);
    expect(values).toEqual({ [spec.name]: value });
    expect(origins[0]?.origin).toBe("inferred");
  });
});

describe("and one to come where they speak of what will be", () => {
  const due = day("due", "Day by which it is wanted, as YYYY-MM-DD.");
  it.each([
    ["order seed, due 3 March", "order_seed", due, "2027-03-03"],
    ["order seed, due Friday", "order_seed", due, "2026-10-16"],
    ["order seed, due on the 12th", "order_seed", due, "2026-11-12"],
    ["book the greenhouse for 2 February", "book_greenhouse", day("date"), "2027-02-02"],
    ["the gate will be shut on 2 February", "gate", day("date"), "2027-02-02"],
    ["order seed due=tomorrow", "order_seed", due, "2026-10-15"],
  ])("%s", (line, id, spec, value) => {
    expect(read(line, id, [spec]).values).toEqual({ [spec.name]: value });
  });
});

describe("a day at its distance is that day, whatever the input", () => {
  it.each([
    ["last Tuesday", "2026-10-13"],
    ["Monday last", "2026-10-12"],
    ["next Tuesday", "2026-10-20"],
    ["Friday of last week", "2026-10-09"],
    ["Friday next week", "2026-10-23"],
    ["two weeks ago", "2026-09-30"],
    ["a fortnight ago", "2026-09-30"],
    ["in a fortnight", "2026-10-28"],
    ["a couple of days ago", "2026-10-12"],
    ["the end of last month", "2026-09-30"],
    ["the 3rd of next month", "2026-11-03"],
    ["this morning", "2026-10-14"],
    ["tomorrow evening", "2026-10-15"],
    ["yesterday afternoon", "2026-10-13"],
    ["last night", "2026-10-13"],
    ["Tuesday 3 November 2026", "2026-11-03"],
    ["Sat, 7 Nov 2026", "2026-11-07"],
  ])("%s", (said, value) => {
    expect(read(`print it for ${said}`, "print", [day("date")]).values).toEqual({ date: value });
  });
});

describe("a day in digits becomes the form the input wants, or is asked for", () => {
  it.each([
    ["3.11.2026", "2026-11-03"],
    ["03.11.26", "2026-11-03"],
    ["2026/11/03", "2026-11-03"],
    ["24/12/2026", "2026-12-24"],
    ["12/24/2026", "2026-12-24"],
    ["5/5/2026", "2026-05-05"],
    ["2026-11-03", "2026-11-03"],
  ])("%s", (said, value) => {
    expect(read(`print it for ${said}`, "print", [day("date")]).values).toEqual({ date: value });
  });

  it("of which nobody knows which part is the month, none is taken and all is told", () => {
    const { values, unread } = read("print it for 03/04/2026", "print", [day("date")]);
    expect({ values, unread }).toEqual({ values: {}, unread: ["03/04/2026"] });
  });

  it("stays as typed where the input says another form", () => {
    const spec = day("date", "As DD.MM.YYYY.");
    expect(read("print it for 03.11.2026", "print", [spec]).values).toEqual({ date: "03.11.2026" });
  });
});

describe("a day in another language is that day", () => {
  it.each([
    ["am 3. März 2027", "2027-03-03"],
    ["le 3 mars 2027", "2027-03-03"],
    ["le 1er mars 2027", "2027-03-01"],
    ["el 3 de marzo de 2027", "2027-03-03"],
    ["il 3 marzo 2027", "2027-03-03"],
    ["op 3 maart 2027", "2027-03-03"],
    ["für den 3. Februar 2027", "2027-02-03"],
    ["demain", "2026-10-15"],
    ["mañana", "2026-10-15"],
    ["übermorgen", "2026-10-16"],
    ["gestern", "2026-10-13"],
    ["nächsten Freitag", "2026-10-16"],
    ["lundi dernier", "2026-10-12"],
  ])("%s", (said, value) => {
    expect(read(`print ${said}`, "print", [day("date")]).values).toEqual({ date: value });
  });

  it("and an hour before a day is none of it", () => {
    const { values } = read("print it at 6 am 3 November", "print", [day("date")]);
    expect(values).toEqual({ date: "2026-11-03" });
  });
});

describe("two days said as one span go to the inputs for its ends, in order", () => {
  const past = [
    day("since", "First day that counts, as YYYY-MM-DD."),
    day("until", "Last day that counts, as YYYY-MM-DD."),
  ];
  const ahead = [day("from_date"), day("to_date")];
  it.each([
    ["harvest from 1 to 15 September", "harvest_list", past, ["2026-09-01", "2026-09-15"]],
    [
      "harvest between 20 December and 4 January",
      "harvest_list",
      past,
      ["2025-12-20", "2026-01-04"],
    ],
    ["harvest from 3 August to yesterday", "harvest_list", past, ["2026-08-03", "2026-10-13"]],
    ["book it from 3 March to 9 March", "book_greenhouse", ahead, ["2027-03-03", "2027-03-09"]],
    [
      "book it from 20 December until 4 January",
      "book_greenhouse",
      ahead,
      ["2026-12-20", "2027-01-04"],
    ],
    ["book it from the 20th to the 25th", "book_greenhouse", ahead, ["2026-10-20", "2026-10-25"]],
  ])("%s", (line, id, inputs, [start, end]) => {
    const [first, last] = inputs.map(({ name }) => name);
    expect(read(line, id, inputs).values).toEqual({ [first ?? ""]: start, [last ?? ""]: end });
  });
});

test("words that only look like days stay words", () => {
  const floor: InputSpec = { name: "floor", type: "string", required: true };
  for (const line of [
    "clean it for the 2nd floor",
    "clean the sun deck",
    "clean op 3",
    "clean Mars",
  ]) {
    expect(Object.values(read(line, "clean", [floor, day("date")]).values)).not.toContainEqual(
      expect.stringMatching(/^\d{4}-/u),
    );
  }
});

/** Mutant: `nearestOf` that takes the first day of this year, whether it was or comes. */
test("of any day and today, the last such is not after today, the next not before, and both are that day", () => {
  const months =
    "January February March April May June July August September October November December".split(
      " ",
    );
  const anyDay = fc.date({
    min: new Date("2020-01-01"),
    max: new Date("2039-12-31"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(
      anyDay,
      fc.integer({ min: 1, max: 28 }),
      fc.nat({ max: 11 }),
      (now, date, month) => {
        const today = now.toISOString().slice(0, 10);
        const found = spokenDay(`${date} ${months[month]}`.toLowerCase(), today);
        const rest = `-${String(month + 1).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
        expect([found?.was.slice(4), found?.comes.slice(4)]).toEqual([rest, rest]);
        expect(found !== undefined && found.was <= today && found.comes >= today).toBe(true);
      },
    ),
  );
});
