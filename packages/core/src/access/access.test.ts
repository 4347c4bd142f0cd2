import { KEY_SCOPES, ROLES, VERBS } from "@lilux/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mayAnswer } from "./may-answer.ts";
import { verbsOfKey, verbsOfRole } from "./verbs-of.ts";

test("each role may all that the one before may, and none administers tenants as such", () => {
  for (const [index, role] of ROLES.entries()) {
    const verbs = verbsOfRole(role);
    const before = ROLES[index - 1];
    if (before !== undefined)
      expect([...verbs]).toEqual(expect.arrayContaining([...verbsOfRole(before)]));
    expect(verbs.has("operate")).toBe(false);
  }
  expect(verbsOfRole("viewer")).toEqual(new Set(["predict", "read"]));
  expect([...verbsOfRole("admin")].toSorted()).toEqual(
    VERBS.filter((verb) => verb !== "operate").toSorted(),
  );
});

// Mutant: `verbsOfKey` leaves the person out.
test("a person's key never does more than its person may, and a machine's never approves", () => {
  const scopes = fc.subarray([...KEY_SCOPES]);
  fc.assert(
    fc.property(scopes, fc.constantFrom(...ROLES), (given, role) => {
      expect([...verbsOfRole(role)]).toEqual(expect.arrayContaining([...verbsOfKey(given, role)]));
      expect(verbsOfKey(given, undefined).has("approve")).toBe(false);
      expect(verbsOfKey(given, undefined).has("operate")).toBe(false);
    }),
  );
});

// Mutant: `isOwn` is true only where somebody is named.
test("where a tenant wants a second person nobody approves their own, whatever their role", () => {
  const effects = fc.constantFrom("read" as const, "write" as const, "destructive" as const);
  fc.assert(
    fc.property(effects, fc.constantFrom(...ROLES), fc.boolean(), (effect, role, isNamed) => {
      const answerer = { person: "ada", verbs: verbsOfRole(role) };
      const own = { effect, askedBy: isNamed ? "ada" : undefined };
      expect(mayAnswer(own, answerer, { [effect]: "second-person" })).toBe("second-person");
      const byKey = { effect, askedBy: "k_1", makers: new Set(["k_2", "ada"]) };
      expect(mayAnswer(byKey, answerer, { [effect]: "second-person" })).toBe("second-person");
      const others = mayAnswer({ effect, askedBy: "bob" }, answerer, { [effect]: "own" });
      expect(others).toBe(verbsOfRole(role).has("approve") ? "yes" : "forbidden");
      const free = mayAnswer(own, answerer);
      expect(free).toBe(verbsOfRole(role).has("confirm") ? "yes" : "forbidden");
    }),
  );
});
