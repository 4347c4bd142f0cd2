import fc from "fast-check";
import { expect, test } from "vitest";
import { ownerOf } from "./owner-of.ts";

const member = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const members = fc.uniqueArray(member, { minLength: 1, maxLength: 8 });
const name = fc.stringMatching(/^[a-z0-9-]{1,32}$/);

// Mutants: `ownerOf` takes the first member; the rank leaves the name out.
test("a member that goes moves its own names alone, in whatever order members are known", () => {
  fc.assert(
    fc.property(members, name, fc.nat(), (known, of, at) => {
      const owner = ownerOf(of, known);
      expect(ownerOf(of, known.toReversed())).toBe(owner);
      const gone = known[at % known.length];
      const left = known.filter((id) => id !== gone);
      if (gone !== owner) expect(ownerOf(of, left)).toBe(owner);
      else expect(left.includes(ownerOf(of, left) ?? "") || left.length === 0).toBe(true);
    }),
  );
  const names = Array.from({ length: 300 }, (_, at) => `tenant-${at}`);
  const owners = names.map((of) => ownerOf(of, ["a", "b", "c"]));
  for (const id of ["a", "b", "c"]) {
    expect(owners.filter((owner) => owner === id).length).toBeGreaterThan(60);
  }
});
