import type { Call, Grant } from "@lilux/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { grantedPrimitives } from "./granted-primitives.ts";
import { intersectGrants } from "./intersect-grants.ts";
import { permitsCall } from "./permits-call.ts";

const IDS = ["a", "b", "x/a", "x/y/a", "a.b", "x.a"];
const PATTERNS = [...IDS, "*", "**", "x/*", "x.*", "x*", "*a", "x*a"];
const VERBS = ["execute", "load", "read", "search", "*", "allow", "deny", "write", "e*"];
const RESOURCES = [
  "script",
  "tool",
  "directive",
  "knowledge",
  "*",
  "kiwi",
  "library",
  "filesystem",
];
const ACTIONS = ["run", "create", "update", "delete", "publish", "*", "search", "load", "execute"];

const attributes = fc.dictionary(
  fc.constantFrom(
    "resource",
    "type",
    "item_type",
    "id",
    "item_id",
    "name",
    "action",
    "verb",
    "path",
  ),
  fc.string(),
  { maxKeys: 4 },
);
const grant: fc.Arbitrary<Grant> = fc
  .record({ verb: fc.constantFrom(...VERBS), attributes, seed: fc.infiniteStream(fc.nat()) })
  .map(({ verb, attributes: names, seed }) => {
    const next = (list: readonly string[]): string =>
      list[(seed.next().value as number) % list.length] ?? "";
    const written: Record<string, string> = {};
    for (const name of Object.keys(names)) written[name] = next(listFor(name));
    return { verb, attributes: written };
  });

function listFor(name: string): readonly string[] {
  if (name === "action") return ACTIONS;
  if (name === "verb") return VERBS;
  if (name === "path") return ["data/**", "*"];
  return ["resource", "type", "item_type"].includes(name) ? RESOURCES : PATTERNS;
}

const grants = fc.array(grant, { maxLength: 4 });
const item_type = fc.constantFrom("script", "directive", "knowledge");
const item_id = fc.constantFrom(...IDS);
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({
    name: fc.constant("search"),
    arguments: fc.record({ item_type, query: fc.constant("q") }),
  }),
  fc.record({
    name: fc.constant("load"),
    arguments: fc.record(
      {
        item_type,
        item_id,
        source: fc.constant("project"),
        destination: fc.constant("user"),
      },
      { requiredKeys: ["item_type", "item_id", "source"] },
    ),
  }),
  fc.record({
    name: fc.constant("execute"),
    arguments: fc.record({
      item_type,
      item_id,
      action: fc.constantFrom("run", "create", "update", "delete", "publish"),
    }),
  }),
) as fc.Arbitrary<Call>;

const RUNS = { numRuns: 3_000 };
const permits = (given: readonly Grant[], asked: Call): boolean =>
  permitsCall({ grants: given, call: asked }).permitted;

// Mutant: `meet` always answering `meetWords` without its last check, as it once did.
test("what a nested directive may do, its caller may do and it grants itself", () => {
  fc.assert(
    fc.property(grants, grants, call, (caller, own, asked) => {
      if (!permits(intersectGrants(caller, own), asked)) return;
      expect({ caller: permits(caller, asked), own: permits(own, asked) }).toEqual({
        caller: true,
        own: true,
      });
    }),
    RUNS,
  );
});

test("nesting deeper never permits more", () => {
  fc.assert(
    fc.property(grants, grants, grants, call, (outer, middle, inner, asked) => {
      const nested = intersectGrants(intersectGrants(outer, middle), inner);
      if (permits(nested, asked)) expect(permits(outer, asked)).toBe(true);
    }),
    RUNS,
  );
});

// Mutant: `grantedPrimitives` without the verbs of reading.
test("a primitive that is not offered is one of which no call is permitted", () => {
  fc.assert(
    fc.property(grants, call, (given, asked) => {
      if (permits(given, asked)) expect(grantedPrimitives(given).has(asked.name)).toBe(true);
    }),
    RUNS,
  );
});
