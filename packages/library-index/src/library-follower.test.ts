import type { ItemList, ItemSummary, LibraryChange } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyOf } from "./item-key.ts";
import { createLibraryFollower } from "./library-follower.ts";
import { createLibraryIndex } from "./library-index.ts";
import { createSetDigest } from "./set-digest.ts";
import { itemSummary } from "./testing/item-summary.ts";

/** A library that announces its changes, as kiwi does. */
function createSource() {
  const items = new Map<string, ItemSummary>();
  let epoch = 1;
  let sequence = 0;
  const version = (): string => {
    const digest = createSetDigest();
    for (const item of items.values()) digest.add(JSON.stringify(item));
    return digest.value();
  };
  return {
    items,
    version,
    restart() {
      epoch += 1;
      sequence = 0;
    },
    list: (): ItemList => ({
      version: version(),
      position: { epoch: `e${epoch}`, sequence },
      items: [...items.values()],
      broken: [],
    }),
    change(puts: readonly ItemSummary[], removes: readonly string[] = []): LibraryChange {
      const before = version();
      for (const item of puts) items.set(keyOf(item), item);
      for (const key of removes) items.delete(key);
      sequence += 1;
      const changed = [...puts.map(keyOf), ...removes];
      const changes = changed.map((key) => {
        const item = items.get(key);
        return item === undefined ? { key } : { key, item };
      });
      const position = { epoch: `e${epoch}`, sequence };
      return { tenant: "local", version: version(), changed, position, before, changes };
    },
  };
}

function follow(
  source: Pick<ReturnType<typeof createSource>, "list">,
  given: { list?: () => Promise<ItemList>; mayApply?: () => boolean } = {},
) {
  const index = createLibraryIndex();
  let now = 0;
  const seen = { lists: 0, applied: 0, failures: 0 };
  const follower = createLibraryFollower(
    { retryMs: 1_000, refreshMs: 300_000 },
    {
      clock: { monotonic: () => now },
      list: async () => {
        seen.lists += 1;
        return given.list === undefined ? source.list() : given.list();
      },
      replace: ({ items }) => index.apply(index.changesTo(items)),
      apply(changes) {
        if (given.mayApply?.() === false) return false;
        seen.applied += 1;
        index.apply(changes);
        return true;
      },
      onFailure: () => {
        seen.failures += 1;
      },
    },
  );
  const held = () =>
    new Map([...index.entries()].map(({ key, item }) => [key, item] as const).toSorted());
  const pass = (ms: number) => {
    now += ms;
  };
  return { follower, seen, held, pass };
}

const sorted = (items: ReadonlyMap<string, ItemSummary>) => new Map([...items].toSorted());
const named = (id: string, description = "") => itemSummary(`script:x/${id}`, { description });

const item = fc
  .record({ id: fc.constantFrom("a", "b", "c"), description: fc.constantFrom("", "1", "2") })
  .map(({ id, description }) => named(id, description));

type Step =
  | { change: ItemSummary[]; remove: string[] }
  | { deliver: number; again: boolean }
  | { lose: number }
  | { settle: true };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      change: fc.array(item, { maxLength: 3 }),
      remove: fc.subarray(["script:x/a", "script:x/b"]),
    }),
  },
  { weight: 4, arbitrary: fc.record({ deliver: fc.nat(5), again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ lose: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.constant({ settle: true as const }) },
);

describe("a copy of a library", () => {
  it("is the library again whatever announcements were lost, repeated and overtaken", async () => {
    // Mutants: the filter applies whatever `before` says; what is heard while it lists is forgotten;
    // a gap is not listed for.
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.boolean(),
        async (steps, listsEarly) => {
          const source = createSource();
          const list = async () => {
            const early = source.list();
            await new Promise(setImmediate);
            return listsEarly ? early : source.list();
          };
          const { follower, held } = follow(source, { list });
          follower.use();
          const onTheirWay: LibraryChange[] = [];
          const place = (n: number) => n % Math.max(1, onTheirWay.length);
          for (const given of steps) {
            if ("change" in given) onTheirWay.push(source.change(given.change, given.remove));
            else if ("settle" in given) await follower.settled();
            else if ("lose" in given) onTheirWay.splice(place(given.lose), 1);
            else {
              const change = onTheirWay[place(given.deliver)];
              if (change !== undefined) follower.hear(change);
              if (!given.again) onTheirWay.splice(place(given.deliver), 1);
            }
          }
          // One that is not lost is enough, whatever comes after it late.
          follower.hear(source.change([named("last", String(steps.length))]));
          for (const late of onTheirWay.reverse()) follower.hear(late);
          await follower.settled();
          expect(held()).toEqual(sorted(source.items));
          expect(follower.version).toBe(source.version());
        },
      ),
      { numRuns: 400 },
    );
  });

  it("is listed once, however often the library changes, while nothing is lost", async () => {
    const source = createSource();
    source.change([named("a")]);
    const { follower, seen, held } = follow(source);
    follower.use();
    for (let at = 0; at < 50; at += 1) {
      follower.hear(source.change([named("b", String(at))], at % 2 === 0 ? ["script:x/a"] : []));
      if (at % 7 === 0) await follower.settled();
      follower.use();
    }
    await follower.settled();
    expect(held()).toEqual(sorted(source.items));
    expect(seen).toMatchObject({ lists: 1, failures: 0 });
    expect(seen.applied).toBeGreaterThan(0);
  });

  it("is listed once more for a gap, and then follows again", async () => {
    const source = createSource();
    const { follower, seen, held } = follow(source);
    follower.use();
    await follower.settled();
    source.change([named("lost")]);
    follower.hear(source.change([named("heard")]));
    await follower.settled();
    expect(seen).toMatchObject({ lists: 2, applied: 0 });
    follower.hear(source.change([named("next")]));
    await follower.settled();
    expect(seen).toMatchObject({ lists: 2, applied: 1 });
    expect(held()).toEqual(sorted(source.items));
  });

  it("does not go back by an announcement that its list had overtaken", async () => {
    // The library was changed and changed back before it was listed.
    // Mutant: the filter skips nothing that is old.
    const source = createSource();
    source.change([named("a", "1")]);
    const there = source.change([named("a", "2")]);
    const back = source.change([named("a", "1")]);
    const { follower, held } = follow(source);
    follower.use();
    await follower.settled();
    follower.hear(there);
    await follower.settled();
    expect(held()).toEqual(sorted(source.items));
    follower.hear(back);
    follower.hear(there);
    await follower.settled();
    expect(held()).toEqual(sorted(source.items));
  });

  it("follows a process that started anew without a listing when it reads the same", async () => {
    const source = createSource();
    source.change([named("a")]);
    const { follower, seen, held } = follow(source);
    follower.use();
    await follower.settled();
    source.restart();
    follower.hear(source.change([named("b")]));
    await follower.settled();
    expect(seen).toMatchObject({ lists: 1, applied: 1 });
    source.restart();
    source.change([named("c")]);
    follower.hear(source.change([named("d")]));
    await follower.settled();
    expect(seen).toMatchObject({ lists: 2, applied: 1 });
    expect(held()).toEqual(sorted(source.items));
  });

  it("takes a change once of two processes that both announce it", async () => {
    const one = createSource();
    const two = createSource();
    const { follower, seen, held } = follow(one);
    follower.use();
    await follower.settled();
    two.restart();
    for (const at of ["1", "2", "3"]) {
      follower.hear(one.change([named("a", at)]));
      follower.hear(two.change([named("a", at)]));
    }
    await follower.settled();
    expect(seen).toMatchObject({ lists: 1, applied: 3 });
    expect(held()).toEqual(sorted(one.items));
  });

  it("is listed anew for an announcement without changes, and for one nobody can read", async () => {
    const source = createSource();
    const { follower, seen, held } = follow(source);
    follower.use();
    await follower.settled();
    const { changes: _, ...large } = source.change([named("a")]);
    follower.hear(large);
    await follower.settled();
    expect(seen.lists).toBe(2);
    source.change([named("b")]);
    follower.doubt();
    await follower.settled();
    expect(seen.lists).toBe(3);
    expect(held()).toEqual(sorted(source.items));
  });

  it("is listed anew where changes cannot tell what becomes of it", async () => {
    const source = createSource();
    const { follower, seen, held } = follow(source, { mayApply: () => false });
    follower.use();
    await follower.settled();
    follower.hear(source.change([named("a")]));
    await follower.settled();
    expect(seen).toMatchObject({ lists: 2, applied: 0 });
    expect(held()).toEqual(sorted(source.items));
  });

  it("remembers no more announcements than its bound while it lists, and is right after", async () => {
    // Mutant: beyond the bound announcements are dropped without a doubt.
    const source = createSource();
    const gate = Promise.withResolvers<void>();
    const { follower, seen, held } = follow(source, {
      list: async () => {
        const list = source.list();
        await gate.promise;
        return list;
      },
    });
    follower.use();
    for (let at = 0; at < 300; at += 1) follower.hear(source.change([named(`i${at}`)]));
    gate.resolve();
    await follower.settled();
    expect(held()).toEqual(sorted(source.items));
    expect(seen.lists).toBe(2);
  });

  it("lists nothing before its first use, again after a failure but not at once, and now and then", async () => {
    const source = createSource();
    let isDown = true;
    const { follower, seen, pass } = follow(source, {
      list: async () => {
        if (isDown) throw new Error("down");
        return source.list();
      },
    });
    follower.hear(source.change([named("a")]));
    follower.doubt();
    await follower.settled();
    expect(seen.lists).toBe(0);
    follower.use();
    await follower.firstTry();
    await follower.settled();
    expect(follower.state).toBe("failed");
    follower.use();
    follower.hear(source.change([named("b")]));
    await follower.settled();
    expect(seen).toMatchObject({ lists: 1, failures: 1 });
    isDown = false;
    pass(1_000);
    follower.use();
    await follower.settled();
    expect(follower).toMatchObject({ state: "listed", version: source.version() });
    // The last announcement was lost: nothing tells, but time.
    source.change([named("c")]);
    pass(299_999);
    follower.use();
    await follower.settled();
    expect(seen.lists).toBe(2);
    pass(1);
    follower.use();
    await follower.settled();
    expect(follower.version).toBe(source.version());
  });

  it("is as it was when a change fails half-way, until it is listed anew", async () => {
    const source = createSource();
    let fails = true;
    const { follower, seen, held, pass } = follow(source, {
      mayApply: () => {
        if (fails) throw new Error("broken");
        return true;
      },
    });
    follower.use();
    await follower.settled();
    const { version } = follower;
    follower.hear(source.change([named("a")]));
    await follower.settled();
    expect(follower).toMatchObject({ state: "listed", version });
    expect(seen.failures).toBe(1);
    fails = false;
    pass(1_000);
    follower.use();
    await follower.settled();
    expect(held()).toEqual(sorted(source.items));
  });
});
