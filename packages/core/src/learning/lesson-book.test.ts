import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantise } from "../embedding/index.ts";
import { AGREEING_MIN, type BookedLine, createLessonBook } from "./lesson-book.ts";

const DAY = 24 * 3_600_000;
const NOW = 100 * DAY;

/** A unit vector at an angle: the cosine of two is that of their difference. */
function at(angle: number): Float32Array {
  const vector = new Float32Array(16);
  vector[0] = Math.cos(angle);
  vector[1] = Math.sin(angle);
  return vector;
}

let turns = 0;
function line(given: Partial<BookedLine> & { angle?: number } = {}): BookedLine {
  const { angle = 0, ...rest } = given;
  turns += 1;
  return {
    person: "ann",
    turnId: `t${turns}`,
    at: NOW,
    signature: "run script:tally",
    right: true,
    embedding: quantise(at(angle)),
    ...rest,
  };
}

function bookOf(...lines: BookedLine[]) {
  const book = createLessonBook({ width: 16, personLinesMax: 5, linesMax: 12 });
  for (const one of lines) book.add(one);
  return book;
}

const near = (book: ReturnType<typeof bookOf>, person: string | undefined, now = NOW) =>
  book.near(at(0), { person, now });

describe("a book of lessons", () => {
  it("gives a person what their own lines taught, at once and nearest first", () => {
    const book = bookOf(line({ angle: 0.6, signature: "load script:tally" }), line());
    expect(near(book, "ann").map(({ signature }) => signature)).toEqual([
      "run script:tally",
      "load script:tally",
    ]);
    expect(near(book, "ann")[0]?.near).toBeCloseTo(1, 2);
  });

  it("gives others nothing of one or two people, and of three what the third of them says", () => {
    // Mutant: AGREEING_MIN is 1.
    const people = ["ann", "ben", "cas"];
    const said = people.map((person, place) => line({ person, angle: place * 0.2 }));
    expect(near(bookOf(...said.slice(0, 2)), "dora")).toEqual([]);
    expect(near(bookOf(...said), "dora")).toEqual([
      {
        signature: "run script:tally",
        right: true,
        near: expect.closeTo(Math.cos(0.4), 2) as number,
      },
    ]);
  });

  it("lets nobody move others by themselves, whatever they send and however often", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            person: fc.constantFrom("eve", "mallory"),
            signature: fc.constantFrom("run script:tally", "delete script:tally", "none"),
            right: fc.boolean(),
            angle: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          { maxLength: 40 },
        ),
        (sent) => {
          const book = bookOf(...sent.map((one) => line(one)));
          expect(near(book, "ann")).toEqual([]);
          expect(near(book, undefined)).toEqual([]);
        },
      ),
    );
    expect(AGREEING_MIN).toBeGreaterThan(2);
  });

  it("puts a newer line in the place of an older one of the same wording", () => {
    const book = bookOf(line(), line({ signature: "run script:other" }));
    expect(near(book, "ann").map(({ signature }) => signature)).toEqual(["run script:other"]);
  });

  it("remembers beside each other what was meant and what was refused", () => {
    const book = bookOf(line(), line({ signature: "load script:tally", right: false }));
    expect(
      near(book, "ann")
        .map(({ signature, right }) => [signature, right])
        .toSorted(),
    ).toEqual([
      ["load script:tally", false],
      ["run script:tally", true],
    ]);
  });

  it("takes a refused turn for what was not meant", () => {
    const said = line();
    const book = bookOf(said);
    book.refute(said.turnId);
    expect(near(book, "ann")).toMatchObject([{ right: false }]);
  });

  it("forgets one person's lines or everybody's, and not what came after", () => {
    const book = bookOf(line(), line({ person: "ben" }), line({ at: NOW + 1, angle: 0.5 }));
    book.forget({ person: "ann", at: NOW });
    expect([near(book, "ann").length, near(book, "ben").length]).toEqual([1, 1]);
    book.forget({ at: NOW + 1 });
    expect(book.size).toBe(0);
  });

  it("says less with age, and nothing after a month", () => {
    const book = bookOf(line());
    const nearest = [0, 15, 31].map((days) => near(book, "ann", NOW + days * DAY)[0]?.near ?? 0);
    expect(nearest[0]).toBeGreaterThan(nearest[1] ?? 1);
    expect(nearest[1]).toBeGreaterThan(0.85);
    expect(nearest[2]).toBe(0);
  });

  it("holds so many lines of a person and of a tenant, and lets the oldest go", () => {
    const book = bookOf(...Array.from({ length: 9 }, (_, place) => line({ angle: place })));
    expect(book.size).toBe(5);
    for (const person of ["ben", "cas", "dora"]) {
      for (let place = 0; place < 5; place += 1) book.add(line({ person, angle: place }));
    }
    expect(book.size).toBe(12);
  });

  it("is the same whoever reads it, and how often: a repeated entry changes nothing", () => {
    const said = [line(), line({ angle: 0.5, signature: "none" })];
    const [once, twice] = [bookOf(...said), bookOf(...said, ...said)];
    expect(near(twice, "ann")).toEqual(near(once, "ann"));
    const { revision } = once;
    once.add(said[0] ?? line());
    expect(once.revision).toBe(revision);
  });
});
