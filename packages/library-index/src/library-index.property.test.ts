import { createHash } from "node:crypto";
import { quantise } from "@lilux/core/embedding";
import type { ItemSummary } from "@lilux/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { keyOf } from "./item-key.ts";
import { createLibraryIndex, type LibraryIndex } from "./library-index.ts";
import { itemSummary } from "./testing/item-summary.ts";

const WIDTH = 16;
const QUERIES = ["send mail", "mail", "sen", "disk wipe", "note about send_mail", "x"];
const JOINED = ["sendmail", "wipedisk", "notes", "mail"];

const item: fc.Arbitrary<ItemSummary> = fc
  .record({
    name: fc.constantFrom(
      "script:send_mail",
      "script:a/send_mail",
      "script:b/send_mail",
      "directive:a/send_mail",
      "directive:a/wipe-disk",
      "knowledge:notes",
      "knowledge:b/wipeDisk",
    ),
    title: fc.constantFrom(undefined, "Send mail", "send mail", "Wipe the disk"),
    description: fc.constantFrom("", "Sends mail.", "Sends mail", "wipes a disk"),
    tags: fc.subarray(["mail", "disk"]),
    source: fc.constantFrom("project", "user"),
    effect: fc.constantFrom("read", "destructive"),
    content_hash: fc.constantFrom("1", "2"),
  })
  .map(({ name, title, ...rest }) =>
    itemSummary(name, title === undefined ? rest : { ...rest, name: title }),
  );

type Step = { put: ItemSummary } | { remove: number } | { embed: number } | { adopt: string };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ put: item }) },
  { weight: 3, arbitrary: fc.record({ remove: fc.nat(6) }) },
  { weight: 3, arbitrary: fc.record({ embed: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ adopt: fc.constantFrom("m1", "m2") }) },
);

/** The same text gives the same vector, another text almost surely another. */
function embeddingOf(textHash: string) {
  const bytes = createHash("sha256").update(textHash).digest().subarray(0, WIDTH);
  const vector = Float32Array.from(bytes, (byte) => byte - 128);
  const length = Math.hypot(...vector);
  return quantise(vector.map((value) => value / length));
}

function embed({ meaning }: LibraryIndex, count?: number): void {
  if (meaning.model === undefined) return;
  for (const { key, textHash } of meaning.pending(count)) {
    meaning.set(key, textHash, embeddingOf(textHash));
  }
}

/** Everything that a reader can tell an index by. */
function answersOf(index: LibraryIndex) {
  const entries = [...index.entries()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const query = Float32Array.from({ length: WIDTH }, (_, at) => Math.sin(at));
  const comparison = index.meaning.compare(query);
  return {
    size: index.size,
    items: entries.map(({ key, item: held, textHash }) => ({
      key,
      held,
      textHash,
      callId: index.names.callIdOf(index.entry(key) ?? { key, item: held, textHash, row: -1 }),
    })),
    words: entries.map((entry) => index.names.callWordsOf(entry)),
    found: QUERIES.map((text) => index.words.match(text, { limit: 5, prefixLast: true })),
    named: JOINED.map((joined) => index.names.ofJoinedId(joined).map(({ key }) => key)),
    resolved: ["send_mail", "a/send_mail", "notes"].map((id) => index.resolve("script", id)?.key),
    embedded: index.meaning.embedded,
    pending: index.meaning
      .pending()
      .map(({ key }) => key)
      .toSorted(),
    cosines: entries.map((entry) => comparison?.cosineOf(entry)),
    nearest: comparison
      ?.nearest(20, "script")
      .map(({ entry, cosine }) => `${cosine} ${entry.key}`)
      .toSorted(),
    byHash: [...index.meaning.all()].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
}

it("answers after any changes as an index of what is left that was built anew", () => {
  // Mutants: `remove` of the rows does not clear the matrix; `#put` forgets no old names; a text
  // that stays keeps its old words; `peek` looks at nothing.
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, looksOften) => {
      const index = createLibraryIndex();
      const left = new Map<string, ItemSummary>();
      for (const [at, given] of steps.entries()) {
        if ("put" in given) {
          left.set(keyOf(given.put), given.put);
          index.apply([{ key: keyOf(given.put), item: given.put }]);
        } else if ("remove" in given) {
          const key = [...left.keys()][given.remove] ?? "script:nothing";
          left.delete(key);
          index.apply([{ key, item: undefined }]);
        } else if ("embed" in given) embed(index, given.embed);
        else index.meaning.adopt(given.adopt, WIDTH);
        // Tables that are made late must come out as those that were kept up.
        if (looksOften || at === 0) answersOf(index);
      }
      embed(index);
      const anew = createLibraryIndex();
      if (index.meaning.model !== undefined) anew.meaning.adopt(index.meaning.model, WIDTH);
      anew.apply([...left.values()].reverse().map((held) => ({ key: keyOf(held), item: held })));
      embed(anew);
      expect(answersOf(index)).toEqual(answersOf(anew));
      const { size } = index;
      index.apply(index.changesTo(left.values()));
      expect(index.size).toBe(size);
      expect(index.meaning.pendingCount).toBe(anew.meaning.pendingCount);
    }),
    { numRuns: 300 },
  );
});

it("becomes what a list says, whatever it was, and keeps what it can", () => {
  fc.assert(
    fc.property(fc.array(item), fc.array(item), (before, after) => {
      const index = createLibraryIndex();
      index.meaning.adopt("m", WIDTH);
      index.apply(index.changesTo(before));
      embed(index);
      const kept = new Set(index.meaning.all().keys());
      index.apply(index.changesTo(after));
      const anew = createLibraryIndex();
      anew.meaning.adopt("m", WIDTH);
      anew.apply(anew.changesTo(after));
      const stayed = new Set(before.map(keyOf));
      for (const { key, textHash } of index.meaning.pending()) {
        expect(stayed.has(key) && kept.has(textHash) && isSameText(before, key, textHash)).toBe(
          false,
        );
      }
      embed(index);
      embed(anew);
      expect(answersOf(index)).toEqual(answersOf(anew));
    }),
  );
});

/** Whether the item that stood under a key had that very text. */
function isSameText(items: readonly ItemSummary[], key: string, textHash: string): boolean {
  const only = createLibraryIndex();
  only.apply(only.changesTo(items));
  return only.entry(key)?.textHash === textHash;
}
