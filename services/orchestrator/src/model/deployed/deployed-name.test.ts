import { isInShare } from "@lilux/core/rollout";
import type { Deployment } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { adapterOf } from "../pools/turn-state.ts";
import { deployedName } from "./deployed-name.ts";

const DEPLOYMENT: Deployment = {
  tenant: "acme",
  revision: 3,
  orchestrator: {
    live: { model: "spring", served: "acme-spring" },
    trial: { stage: "canary", share: 0.5, model: "summer", served: "acme-summer" },
  },
};
const sessions = Array.from({ length: 20 }, (_, index) => `s${index}`);

test("a canary's name is that of the sessions in its share, the live one's that of all others", () => {
  const names = sessions.map((sessionId) =>
    deployedName(DEPLOYMENT, { tenant: testTenant("acme"), sessionId }),
  );
  expect(names).toEqual(
    sessions.map((sessionId) =>
      isInShare({ tenant: "acme", sessionId, trial: "summer" }, 0.5)
        ? "acme-summer"
        : "acme-spring",
    ),
  );
  expect(new Set(names).size).toBe(2);
  expect(deployedName(DEPLOYMENT, { tenant: testTenant("acme") })).toBe("acme-spring");
  expect(deployedName(undefined, { tenant: testTenant("acme"), sessionId: "s1" })).toBeUndefined();
});

test("a model that is only compared answers nobody", () => {
  const shadow = { stage: "shadow", share: 0, model: "summer", served: "acme-summer" } as const;
  const deployment: Deployment = { ...DEPLOYMENT, orchestrator: { trial: shadow } };
  for (const sessionId of sessions) {
    expect(deployedName(deployment, { tenant: testTenant("acme"), sessionId })).toBeUndefined();
  }
});

// Mutant: a deployed name that is sent to whoever answers; a server refuses what it does not know.
test("a deployed name goes only to a server that lists it, and the pools' file counts elsewhere", () => {
  type State = Parameters<typeof adapterOf>[0];
  type Asked = Parameters<typeof adapterOf>[1];
  const state = (deployed: string | undefined) =>
    ({ deps: { deployed: () => deployed }, turn: { tenant: "acme" } }) as unknown as State;
  const pool = (served: string[] | undefined) =>
    ({ adapters: { acme: "acme-file" }, served: () => served }) as unknown as Asked;
  expect(adapterOf(state("acme-spring"), pool(["base", "acme-spring"]))).toEqual({
    model: "acme-spring",
  });
  expect(adapterOf(state("acme-spring"), pool(["base", "acme-file"]))).toEqual({
    model: "acme-file",
  });
  expect(adapterOf(state("acme-spring"), pool(["base"]))).toEqual({});
  expect(adapterOf(state("acme-spring"), pool(undefined))).toEqual({ model: "acme-file" });
  expect(adapterOf(state(undefined), pool(undefined))).toEqual({ model: "acme-file" });
});
