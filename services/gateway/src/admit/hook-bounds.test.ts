import { expect, test } from "vitest";
import { createHookBounds, HOOKS_A_MINUTE_MAX } from "./hook-bounds.ts";

const GIT_SERVER = { tenant: "acme", address: "192.0.2.7" };
const STRANGER = { tenant: "acme", address: "198.51.100.9" };

function times(count: number, work: () => void): void {
  for (let n = 0; n < count; n += 1) work();
}

// Mutants: what is not signed counts for its tenant; a good signature gives nothing back.
test("who cannot sign shuts out nobody but themselves, for a minute", () => {
  let now = 0;
  const bounds = createHookBounds(() => now);
  times(HOOKS_A_MINUTE_MAX, () => bounds.enter(STRANGER));
  expect(() => bounds.enter(STRANGER)).toThrow(/used up/);
  times(HOOKS_A_MINUTE_MAX, () => bounds.enter(GIT_SERVER)());
  now += 60_000;
  bounds.enter(STRANGER);
  bounds.enter(GIT_SERVER)();
});

// Mutant: what is signed counts for nobody.
test("a tenant's signed pushes have a bound of their own, and another tenant's are untouched", () => {
  const bounds = createHookBounds(() => 0);
  times(HOOKS_A_MINUTE_MAX, () => bounds.enter(GIT_SERVER)());
  expect(() => bounds.enter(GIT_SERVER)).toThrow(/used up/);
  bounds.enter({ ...GIT_SERVER, tenant: "globex" })();
  // What turned out to be signed leaves as much room for what is not as there was.
  const own = { ...GIT_SERVER, tenant: "initech" };
  times(HOOKS_A_MINUTE_MAX - 1, () => bounds.enter(own)());
  times(HOOKS_A_MINUTE_MAX, () => bounds.enter(own));
});
