import fc from "fast-check";
import { expect, test } from "vitest";
import { effectChanges, type ItemEffects, NO_EFFECTS } from "./effect-changes.ts";

const grant = (verb: string, attributes: Record<string, string>) => ({ verb, attributes });
const reaches = grant("read", { resource: "network", host: "api.example.com" });
const writes = grant("write", { resource: "filesystem", path: "out/**" });
const denies = grant("deny", { resource: "filesystem", path: "secret/**" });

test("what an item may do beyond before stands first, and each kind is named", () => {
  const before: ItemEffects = { ...NO_EFFECTS, grants: [writes], packages: ["rich==14.0.0"] };
  const after: ItemEffects = {
    effect: "destructive",
    grants: [reaches],
    packages: ["rich==14.1.0"],
    variables: ["TOKEN"],
    runs: ["script clean_up"],
  };
  const changes = effectChanges(before, after);
  expect(changes.map(({ kind, grew }) => `${kind} ${grew}`)).toEqual([
    "class true",
    "host true",
    "package true",
    "variable true",
    "runs true",
    "grant false",
    "package false",
  ]);
  expect(changes[1]?.what).toContain("api.example.com");
});

// Mutant: a denial counts as any other grant.
test("a denial that goes is more than before, one that comes is less", () => {
  const open: ItemEffects = { ...NO_EFFECTS, grants: [writes] };
  const bounded: ItemEffects = { ...NO_EFFECTS, grants: [writes, denies] };
  expect(effectChanges(bounded, open)).toMatchObject([{ kind: "grant", grew: true }]);
  expect(effectChanges(open, bounded)).toMatchObject([{ kind: "grant", grew: false }]);
});

test("an item that is as before changes nothing, and one with more of anything has grown", () => {
  const effects = fc.record({
    effect: fc.constantFrom("read" as const, "write" as const, "destructive" as const),
    grants: fc.subarray([reaches, writes]),
    packages: fc.subarray(["a==1", "b==2"]),
    variables: fc.subarray(["X", "Y"]),
    runs: fc.subarray(["script a", "directive b"]),
  });
  fc.assert(
    fc.property(effects, (item) => {
      expect(effectChanges(item, item)).toEqual([]);
      const more = { ...item, variables: [...item.variables, "Z"] };
      expect(effectChanges(item, more).some(({ grew }) => grew)).toBe(true);
      expect(effectChanges(more, item).some(({ grew }) => grew)).toBe(false);
    }),
  );
});
