import type { BrokenItem, ItemSource, ItemSummary } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createItemCatalogue, type Standing, type StandingChange } from "./item-catalogue.ts";

const SOURCES: ItemSource[] = ["project", "user"];

function summaryOf(source: ItemSource, qualified_id: string, content: string): ItemSummary {
  const item_id = qualified_id.split("/").at(-1) ?? "";
  return {
    item_type: "script",
    item_id,
    qualified_id,
    name: item_id,
    description: "",
    category: qualified_id.split("/").slice(0, -1).join("/"),
    source,
    version: "1.0.0",
    tags: [],
    inputs: [],
    effect: "write",
    content_hash: content,
  };
}

function brokenOf(source: ItemSource, path: string, cause: string): BrokenItem {
  return { item_type: "script", source, path, line: 1, column: 1, cause, fix: "Mend it." };
}

const write = fc.record({
  source: fc.constantFrom(...SOURCES),
  id: fc.constantFrom("a", "x/a", "y/a", "b", "x/b"),
  becomes: fc.constantFrom("one", "two", "broken", "gone"),
});

/** Plays writes to paths as changes; the changes, and what stands at the end. */
function play(writes: { source: ItemSource; id: string; becomes: string }[]) {
  const standing = new Map<string, Standing>();
  const changes = writes.map(({ source, id, becomes }): StandingChange => {
    const path = `${source} ${id}`;
    const before = standing.get(path);
    const after: Standing | undefined =
      becomes === "gone"
        ? undefined
        : becomes === "broken"
          ? { summary: undefined, broken: brokenOf(source, `scripts/${id}.py`, "not Python") }
          : { summary: summaryOf(source, id, becomes), broken: undefined };
    if (after === undefined) standing.delete(path);
    else standing.set(path, after);
    return { before, after };
  });
  const fresh = [...standing.values()].map(
    (after): StandingChange => ({ before: undefined, after }),
  );
  return { changes, fresh };
}

function stateOf(catalogue: ReturnType<typeof createItemCatalogue>) {
  const { version, items, winners, broken, byId } = catalogue;
  const ids = [...byId].map(([id, held]) => [
    id,
    held.map((i) => i.source + i.qualified_id).sort(),
  ]);
  return { version, items, winners, broken, ids: ids.sort() };
}

describe("the item catalogue", () => {
  it("comes to the same after any changes as when it is read anew", () => {
    // Mutant: `#remove` does not take the item out of `#byId`.
    fc.assert(
      fc.property(
        fc.array(write, { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        (writes, at) => {
          const { changes, fresh } = play(writes);
          const stepwise = createItemCatalogue(SOURCES);
          const seen = new Map<string, ItemSummary | undefined>();
          for (let from = 0; from < changes.length; from += at) {
            for (const { key, item } of stepwise.apply(changes.slice(from, from + at))) {
              if (item === undefined) seen.delete(key);
              else seen.set(key, item);
            }
          }
          const anew = createItemCatalogue(SOURCES);
          anew.apply(fresh);
          expect(stateOf(stepwise)).toEqual(stateOf(anew));
          // Who follows the changes, as the indexes do, holds what wins.
          expect([...seen.keys()].sort()).toEqual(
            anew.winners.map((i) => `script:${i.qualified_id}`),
          );
        },
      ),
    );
  });

  it("gives way from project to user and back, and says so", () => {
    const catalogue = createItemCatalogue(SOURCES);
    const user = { summary: summaryOf("user", "a", "one"), broken: undefined };
    const project = { summary: summaryOf("project", "a", "two"), broken: undefined };
    const apply = (before: Standing | undefined, after: Standing | undefined) =>
      catalogue.apply([{ before, after }]).map(({ item }) => item?.source);
    expect(apply(undefined, user)).toEqual(["user"]);
    expect(apply(undefined, project)).toEqual(["project"]);
    const both = catalogue.version;
    expect(apply(project, undefined)).toEqual(["user"]);
    expect(catalogue.version).not.toBe(both);
    expect(apply(user, undefined)).toEqual([undefined]);
  });
});
