import { createHash } from "node:crypto";
import { quantise } from "@lilux/core/embedding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLibraryIndex, type LibraryIndex } from "./library-index.ts";
import { itemSummary } from "./testing/item-summary.ts";

const WIDTH = 16;
const QUERY = unit(Float32Array.from({ length: WIDTH }, (_, at) => Math.sin(at)));

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** The same text gives the same vector, another text almost surely another. */
function vectorOf(hash: string): Float32Array {
  const bytes = createHash("sha256").update(hash).digest().subarray(0, WIDTH);
  return unit(Float32Array.from(bytes, (byte) => byte - 128));
}

function embed({ meaning, phrases }: LibraryIndex, count?: number): void {
  for (const { key, textHash } of meaning.pending()) {
    meaning.set(key, textHash, quantise(vectorOf(textHash)));
  }
  for (const pending of phrases.pending(count)) {
    phrases.set(
      pending,
      pending.hashes.map((hash) => quantise(vectorOf(hash))),
    );
  }
}

function opened(): LibraryIndex {
  const index = createLibraryIndex();
  index.meaning.adopt("m", WIDTH);
  return index;
}

function answersOf(index: LibraryIndex) {
  const entries = [...index.entries()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const found = index.phrases.compare(QUERY, entries);
  return {
    closeness: entries.map((entry) => [entry.key, found.get(entry)]),
    embedded: index.phrases.embedded,
    pending: index.phrases.pendingCount,
    all: [...index.phrases.all().keys()].toSorted(),
  };
}

const LINES = ["ship it", "send it out", "release day", "go live"];
const item = fc
  .record({
    name: fc.constantFrom("script:ship", "script:a/ship", "directive:tides"),
    description: fc.constantFrom("", "Ships."),
    examples: fc.option(fc.subarray(LINES, { minLength: 1 }), { nil: undefined }),
    when_to_use: fc.constantFrom(undefined, "On release day."),
  })
  .map(({ name, ...rest }) =>
    itemSummary(name, Object.fromEntries(Object.entries(rest).filter(([, value]) => value))),
  );
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ put: item }) },
  {
    weight: 2,
    arbitrary: fc.record({ remove: fc.constantFrom("script:ship", "directive:tides") }),
  },
  { weight: 3, arbitrary: fc.record({ embed: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constant({ adopt: true as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ teach: fc.subarray(["let it go", ...LINES]), to: fc.nat(5) }),
  },
);

it("compares after any changes as an index of what is left that was built anew", () => {
  // Mutants: `#exchange` puts no phrases; `remove` drops no block; `adopt` keeps old blocks.
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const index = opened();
      const left = new Map<string, ReturnType<typeof itemSummary>>();
      const taught = new Map<string, string[]>();
      for (const given of steps) {
        if ("put" in given) {
          const key = `${given.put.item_type}:${given.put.qualified_id}`;
          left.set(key, given.put);
          index.apply([{ key, item: given.put }]);
        } else if ("remove" in given) {
          left.delete(given.remove);
          index.apply([{ key: given.remove, item: undefined }]);
        } else if ("embed" in given) embed(index, given.embed);
        else if ("adopt" in given) index.meaning.adopt("m", WIDTH);
        else {
          const { textHash } = [...index.entries()][given.to] ?? { textHash: "nothing" };
          taught.set(textHash, given.teach);
          index.phrases.teach(textHash, given.teach);
        }
      }
      embed(index);
      const anew = opened();
      for (const [hash, lines] of taught) anew.phrases.teach(hash, lines);
      anew.apply([...left].map(([key, held]) => ({ key, item: held })));
      embed(anew);
      expect(answersOf(index)).toEqual(answersOf(anew));
    }),
    { numRuns: 300 },
  );
});

describe("the phrasings of a library", () => {
  it("say how near a line is: to the nearest, the three nearest, and their centroid", () => {
    const index = opened();
    index.apply([{ key: "script:ship", item: itemSummary("script:ship", { examples: LINES }) }]);
    const [pending] = index.phrases.pending();
    if (pending === undefined) throw new Error("nothing is pending");
    const vectors = pending.hashes.map(vectorOf);
    index.phrases.set(pending, vectors.map(quantise));
    const entry = index.entry("script:ship");
    if (entry === undefined) throw new Error("no entry");
    const dots = vectors
      .map((vector) => vector.reduce((sum, value, at) => sum + value * (QUERY[at] ?? 0), 0))
      .sort((a, b) => b - a);
    const [first = 0, second = 0, third = 0] = dots;
    const centroid = unit(
      Float32Array.from({ length: WIDTH }, (_, at) =>
        vectors.reduce((sum, vector) => sum + (vector[at] ?? 0), 0),
      ),
    ).reduce((sum, value, at) => sum + value * (QUERY[at] ?? 0), 0);
    const found = index.phrases.compare(QUERY, [entry]).get(entry);
    expect(found?.nearest).toBeCloseTo(first, 1);
    expect(found?.three).toBeCloseTo((first + second + third) / 3, 1);
    expect(found?.centroid).toBeCloseTo(centroid, 1);
    expect(found?.count).toBe(4);
  });

  it("of an author come before those of a model, each once, and never more than 24", () => {
    const index = opened();
    const { key, ...entry } = {
      key: "script:ship",
      item: itemSummary("script:ship", { examples: ["ship it"] }),
    };
    index.apply([{ key, ...entry }]);
    const { textHash = "" } = index.entry(key) ?? {};
    index.phrases.teach(textHash, [
      "Ship It",
      ...Array.from({ length: 40 }, (_, at) => `ship ${at}`),
    ]);
    const [pending] = index.phrases.pending();
    expect(pending?.texts.slice(0, 2)).toEqual(["ship it", "ship 0"]);
    expect(pending?.texts).toHaveLength(24);
  });

  it("are not taken when others are wanted by the time they come", () => {
    // Mutant: `set` does not look at what is wanted.
    const index = opened();
    const put = (examples: string[]) =>
      index.apply([{ key: "script:ship", item: itemSummary("script:ship", { examples }) }]);
    put(["ship it"]);
    const [old] = index.phrases.pending();
    put(["send it out"]);
    if (old === undefined) throw new Error("nothing was pending");
    index.phrases.set(old, [quantise(QUERY)]);
    expect(index.phrases.pending().map(({ texts }) => texts)).toEqual([["send it out"]]);
    expect(index.phrases.embedded).toBe(0);
  });

  it("beyond the bound are left out", () => {
    const index = createLibraryIndex({ phrasesMax: 5 });
    index.meaning.adopt("m", WIDTH);
    index.apply(
      ["script:a", "script:b"].map((key) => ({ key, item: itemSummary(key, { examples: LINES }) })),
    );
    embed(index);
    expect([index.phrases.embedded, index.phrases.pendingCount]).toEqual([4, 0]);
  });
});
