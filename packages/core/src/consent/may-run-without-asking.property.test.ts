import type { Call, CallActor, Effect } from "@lilux/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Circumstance,
  mayRunWithoutAsking,
  type ProposedCall,
} from "./may-run-without-asking.ts";
import { isMoreSevere } from "./severest-effect.ts";

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.constant<Call>({ name: "search", arguments: { item_type: "script", query: "x" } }),
  fc.constantFrom<Call>(
    { name: "load", arguments: { item_type: "script", item_id: "x", source: "project" } },
    {
      name: "load",
      arguments: {
        item_type: "script",
        item_id: "@a/x",
        source: "registry",
        destination: "project",
      },
    },
  ),
  fc.constantFrom("run", "create", "update", "delete", "publish").map(
    (action): Call => ({
      name: "execute",
      arguments: { item_type: "script", item_id: "x", action },
    }),
  ),
);
const circumstances = fc.uniqueArray(
  fc.constantFrom<Circumstance>("weakens", "first_run", "foreign_pull", "many_updates"),
);
const proposed = fc.record({
  call,
  itemEffect: fc.constantFrom<Effect>("read", "write", "destructive"),
  by: fc.constantFrom<CallActor>("person", "directive", "model"),
  isTainted: fc.boolean(),
  circumstances: circumstances.map((list): ReadonlySet<Circumstance> => new Set(list)),
});

// Mutants: `isPerson` true for directives, `tainted` asked of destructive calls alone.
test("a call that nobody vouches for runs unasked only when it reads", () => {
  const asked = fc.property(proposed, (given) => {
    const { mayRun, effect } = mayRunWithoutAsking({ ...given, isTainted: true });
    if (given.by !== "person" && mayRun) expect(effect).toBe("read");
  });
  fc.assert(asked, { numRuns: 500 });
});

// Mutant: an update that weakens keeping its class, `effect = effectOfCall(…)`.
test("whoever asks, what may not be undone, what weakens, and a first run of what no person wrote, wait", () => {
  const asked = fc.property(proposed, (given) => {
    const { mayRun, effect } = mayRunWithoutAsking(given);
    const { circumstances } = given;
    const weakens = circumstances.has("weakens");
    if (weakens) expect(effect).toBe("destructive");
    const waits = weakens || effect === "destructive" || circumstances.has("first_run");
    if (waits) expect(mayRun).toBe(false);
  });
  fc.assert(asked, { numRuns: 500 });
});

test("taint, a circumstance, a severer class or a model in a person's place never makes a call ask less", () => {
  const worse = (given: ProposedCall, extra: ProposedCall): ProposedCall => ({
    call: given.call,
    itemEffect:
      given.itemEffect !== undefined && extra.itemEffect !== undefined
        ? isMoreSevere(extra.itemEffect, given.itemEffect)
          ? extra.itemEffect
          : given.itemEffect
        : undefined,
    by: extra.by === "person" ? given.by : given.by === "person" ? extra.by : given.by,
    isTainted: given.isTainted || extra.isTainted,
    circumstances: new Set([...(given.circumstances ?? []), ...(extra.circumstances ?? [])]),
  });
  const asked = fc.property(proposed, proposed, (given, extra) => {
    const before = mayRunWithoutAsking(given);
    const after = mayRunWithoutAsking(worse(given, extra));
    if (!before.mayRun) expect(after.mayRun).toBe(false);
    expect(isMoreSevere(before.effect, after.effect)).toBe(false);
  });
  fc.assert(asked, { numRuns: 1_000 });
});
