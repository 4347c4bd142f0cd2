import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { likelyNext, WARM_PLACES } from "./likely-next.ts";
import { NO_HABITS, type WarmHabits, type WarmLibrary } from "./warm-features.ts";
import {
  addEvidence,
  EMPTY_MEMORY,
  fadeMemory,
  type TurnEvidence,
  type WorkMemory,
} from "./work-memory.ts";

/** Twelve folders of eight items, and one that is nested: `mail/out`. */
const FOLDERS = ["mail/out", ..."abcdefghijk"];
const library = libraryOf(
  FOLDERS.flatMap((folder) => Array.from({ length: 8 }, (_, at) => [`${folder}:${at}`, folder])),
);

function libraryOf(items: string[][]): WarmLibrary {
  const categories = new Map(items.map(([key = "", category = ""]) => [key, category]));
  return {
    size: categories.size,
    categoryOf: (key) => categories.get(key),
    itemsIn: (folder) =>
      new Set(
        [...categories].flatMap(([key, at]) =>
          at === folder || at.startsWith(`${folder}/`) ? [key] : [],
        ),
      ),
  };
}

function after(turns: readonly TurnEvidence[], of = library): WorkMemory {
  return turns.reduce(
    (memory, turn) => addEvidence(fadeMemory(memory), turn, of.categoryOf),
    EMPTY_MEMORY,
  );
}

function next(memory: WorkMemory, habits: WarmHabits = NO_HABITS, of = library): string[] {
  return likelyNext({ memory, library: of, habits }).map(({ key }) => key);
}

const scores = (...of: [string, number][]): ReadonlyMap<string, number> => new Map(of);

describe("what is likely next", () => {
  it("is nothing before anything was said or done", () => {
    expect(next(EMPTY_MEMORY)).toEqual([]);
  });

  it("is what lies in the folder of the work, whatever else was never brought up", () => {
    const best = next(after([{ item: "c:1" }, { item: "c:4" }])).slice(0, 6);
    expect(best.every((key) => key.startsWith("c:"))).toBe(true);
  });

  it("moves on with the work, and what is left behind keeps some places", () => {
    const moved = next(after([{ item: "c:1" }, { item: "c:2" }, { item: "d:1" }, { item: "d:2" }]));
    expect(moved[0]).toMatch(/^d:/u);
    expect(moved.some((key) => key.startsWith("c:"))).toBe(true);
  });

  it("is what lies near the last item where folders tell nothing", () => {
    const flat = libraryOf(Array.from({ length: 60 }, (_, at) => [`one:${at}`, "one"]));
    const near = scores(["one:7", 0.7], ["one:9", 0.5], ["one:8", 0.2]);
    const memory = after([{ item: "one:1", near }], flat);
    expect(next(memory, NO_HABITS, flat).slice(0, 2)).toEqual(["one:7", "one:9"]);
  });

  it("is what followed the last item before, ahead of the rest of its folder", () => {
    const habits = {
      ...NO_HABITS,
      after: (key: string) => (key === "c:1" ? scores(["c:6", 0.8]) : scores()),
    };
    expect(next(after([{ item: "c:1" }]), habits)[0]).toBe("c:6");
    expect(next(after([{ item: "c:2" }]), habits)[0]).not.toBe("c:6");
  });

  it("is what the orchestrator named, until it is done", () => {
    const told = after([{ item: "c:1", told: ["k:3", "k:5"] }]);
    expect(next(told).slice(0, 2)).toEqual(["k:3", "k:5"]);
    const done = addEvidence(fadeMemory(told), { item: "k:3" }, library.categoryOf);
    expect(done.told).toEqual(["k:5"]);
  });

  it("is at most fifteen items, each once, with probabilities that sum to 1 at most", () => {
    const keys = FOLDERS.flatMap((folder) =>
      Array.from({ length: 8 }, (_, at) => `${folder}:${at}`),
    );
    const some = fc.array(
      fc.tuple(fc.constantFrom(...keys), fc.double({ min: 0, max: 1, noNaN: true })),
    );
    const turn = fc.record(
      { item: fc.constantFrom(...keys, "gone:1"), texts: some, near: some },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
        const memory = after(
          turns.map(({ item, texts, near }) => ({
            item,
            texts: new Map(texts),
            near: new Map(near),
          })),
        );
        const likely = likelyNext({ memory, library, habits: NO_HABITS });
        expect(likely.length).toBeLessThanOrEqual(WARM_PLACES);
        expect(new Set(likely.map(({ key }) => key)).size).toBe(likely.length);
        expect(likely.every(({ key }) => library.categoryOf(key) !== undefined)).toBe(true);
        expect(likely.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(
          1 + 1e-9,
        );
      }),
    );
  });

  it("remembers no more of a session however long it lasts", () => {
    // Mutant: `added` does not cut off.
    const many = (turn: number): TurnEvidence => ({
      item: `a:${turn % 8}`,
      texts: new Map(Array.from({ length: 50 }, (_, at) => [`x${turn}-${at}`, 0.9])),
      near: new Map(Array.from({ length: 50 }, (_, at) => [`y${turn}-${at}`, 0.9])),
      told: Array.from({ length: 50 }, (_, at) => `z${turn}-${at}`),
    });
    const memory = after(Array.from({ length: 200 }, (_, turn) => many(turn)));
    const { texts, near, lastTexts, lastNear, touched, folders, told } = memory;
    const sizes = [texts, near, lastTexts, lastNear, touched, folders].map(({ size }) => size);
    expect(Math.max(...sizes, told.length)).toBeLessThanOrEqual(60);
  });
});
