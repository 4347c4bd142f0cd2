import { describe, expect, it } from "vitest";
import { BOOK_STEPS_MAX, createHabitBook, type Step } from "./habit-book.ts";

const DAY = 24 * 3_600_000;
const NOW = 100 * DAY;
let turns = 0;

function step(given: Partial<Step> = {}): Step {
  turns += 1;
  return { person: "ann", turnId: `t${turns}`, at: NOW, from: "a", to: "b", ...given };
}

function bookOf(...steps: Step[]) {
  const book = createHabitBook();
  for (const one of steps) book.add(one);
  return book;
}

const after = (book: ReturnType<typeof bookOf>, key: string, now = NOW) =>
  Object.fromEntries(book.habits(now).after(key));

describe("what followed what", () => {
  it("counts by share, and one step alone proves little", () => {
    const once = after(bookOf(step()), "a")["b"] ?? 0;
    const often = after(bookOf(...Array.from({ length: 10 }, () => step())), "a")["b"] ?? 0;
    expect(once).toBeLessThan(0.5);
    expect(often).toBeGreaterThan(0.8);
  });

  it("fades, and after a month is nothing", () => {
    const book = bookOf(step({ at: NOW - 28 * DAY }), step({ to: "c" }));
    expect(after(book, "a")["c"] ?? 0).toBeGreaterThan(2 * (after(book, "a")["b"] ?? 0));
    expect(after(bookOf(step()), "a", NOW + 31 * DAY)).toEqual({});
  });

  it("is the same whoever reads it, and how often", () => {
    const said = [step(), step({ to: "c" })];
    expect(after(bookOf(...said, ...said), "a")).toEqual(after(bookOf(...said), "a"));
  });

  it("forgets one person's steps or everybody's, and a turn that was wrong", () => {
    const [own, wrong] = [step(), step({ to: "c" })];
    const book = bookOf(own, wrong, step({ person: "ben", to: "d" }));
    book.refute(wrong.turnId);
    expect(Object.keys(after(book, "a")).toSorted()).toEqual(["b", "d"]);
    book.forget({ person: "ann", at: NOW });
    expect(Object.keys(after(book, "a"))).toEqual(["d"]);
    book.forget({ at: NOW });
    expect(book.size).toBe(0);
  });

  it("holds so many steps, and one person's do not crowd out the others'", () => {
    // Mutant: PERSON_STEPS_MAX is BOOK_STEPS_MAX.
    const book = bookOf(step({ person: "ben", from: "x", to: "y" }));
    for (let at = 0; at < BOOK_STEPS_MAX + 10; at += 1) book.add(step());
    expect(book.size).toBeLessThan(BOOK_STEPS_MAX);
    expect(Object.keys(after(book, "x"))).toEqual(["y"]);
  });
});
