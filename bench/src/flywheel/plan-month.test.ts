import { expect, test } from "vitest";
import { decideAction, isSameWish, seenOf } from "./decide-action.ts";
import type { MonthLibrary } from "./month-libraries.ts";
import { weeksOf } from "./month-weeks.ts";
import { type PlannedLine, planMonth } from "./plan-month.ts";

const run = (item_id: string) =>
  ({ name: "execute", arguments: { item_type: "script", item_id, action: "run" } }) as const;

function library(name: string): MonthLibrary {
  const wishes = Array.from({ length: 20 }, (_, at) => ({
    call: run(`${name}_${at}`),
    texts: [`please ${name} ${at}`, `${name} ${at} again`, `do ${at} of ${name}`],
  }));
  return { name, items: [], wishes, talk: ["hello", "thanks"] };
}

const LIBRARIES = ["mill", "dairy"].map(library);
const month = (seed: number) => planMonth({ people: 100, days: 14, seed, libraries: LIBRARIES });

test("the same seed is the same month, another one another", () => {
  expect(month(3)).toEqual(month(3));
  expect(month(4)).not.toEqual(month(3));
});

test("five in a hundred are careless and two hostile, and nobody works at the weekend", () => {
  const { people, days } = month(3);
  const count = (manner: string): number => people.filter((one) => one.manner === manner).length;
  expect([count("careless"), count("hostile"), count("honest")]).toEqual([5, 2, 93]);
  expect(days.flatMap((sessions, day) => (sessions.length === 0 ? [day] : []))).toEqual([
    5, 6, 12, 13,
  ]);
});

test("a person's words are told as new, said before, or put otherwise", () => {
  const said = new Map<string, Set<string>>();
  for (const { person, lines } of month(3).days.flat()) {
    for (const { text, call, novelty } of lines) {
      if (call === null) continue;
      const key = `${person.name} ${JSON.stringify(call)}`;
      const before = said.get(key) ?? new Set();
      if (novelty === "new") expect(before.size).toBe(0);
      if (novelty === "same") expect([...before]).toContain(text);
      if (novelty === "reworded") expect(before.size).toBeGreaterThan(0);
      said.set(key, before.add(text));
    }
  }
  expect(said.size).toBeGreaterThan(100);
});

const candidate = (item_id: string, confidence: number) =>
  ({ call: run(item_id), confidence, effect: "read", ready: false }) as const;
const line = (given: Partial<PlannedLine> = {}): PlannedLine => ({
  text: "go",
  call: run("right"),
  pretended: run("wrong"),
  novelty: "new",
  mood: 0.1,
  ...given,
});

test("honest people take what they mean, careless ones what leads, hostile ones something else", () => {
  const list = { candidates: [candidate("other", 0.7), candidate("right", 0.2)] };
  expect(decideAction(list, line(), "honest")).toEqual({ do: "accept", index: 1 });
  expect(decideAction(list, line(), "careless")).toEqual({ do: "accept", index: 0 });
  expect(decideAction(list, line(), "hostile")).toEqual({ do: "choose", call: run("wrong") });
  const empty = { candidates: [] };
  expect(decideAction(empty, line(), "honest")).toEqual({ do: "choose", call: run("right") });
  expect(decideAction(empty, line({ mood: 0.9 }), "honest")).toEqual({ do: "submit" });
  expect(decideAction(list, line({ call: null }), "honest")).toEqual({ do: "submit" });
});

test("what is likeliest and not offered is read rightly and not one key away; talk is, where nothing is offered", () => {
  const closest = candidate("right", 0.4);
  expect(seenOf({ candidates: [], closest }, run("right"))).toMatchObject({
    isRight: true,
    isOffered: false,
  });
  expect(seenOf({ candidates: [candidate("right", 0.9)] }, run("right"))).toMatchObject({
    isOffered: true,
  });
  expect(seenOf({ candidates: [], closest }, null).isRight).toBe(true);
  expect(seenOf({ candidates: [candidate("right", 0.9)] }, null).isRight).toBe(false);
  expect(isSameWish(run("folder/right"), run("right"))).toBe(true);
});

test("weeks count honest people's lines alone", () => {
  const person = (manner: "honest" | "hostile") => ({ name: manner, tenant: "mill", manner });
  const played = (day: number, isRight: boolean, manner: "honest" | "hostile" = "honest") => ({
    day,
    person: person(manner),
    line: line(),
    isRight,
    isOffered: isRight,
    ranWrong: false,
    did: "accept" as const,
    outcome: "completed",
  });
  const weeks = weeksOf([
    played(0, true),
    played(1, false),
    played(2, false, "hostile"),
    played(8, true),
  ]);
  expect(weeks.map(({ week, lines, right }) => [week, lines, right.share])).toEqual([
    [1, 2, 0.5],
    [2, 1, 1],
  ]);
  expect(weeks[0]?.byNovelty.same).toEqual({ share: null, of: 0 });
});
