import { LiluxError } from "@lilux/protocol";
import { createManualClock, silentLogger, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Caller } from "./caller.ts";
import { createCallersInside } from "./callers-inside.ts";
import { createDirectory, LOOK_EVERY_MS } from "./directory.ts";

/** A database that counts what it is asked, and is away when a test says so. */
function start() {
  const clock = createManualClock();
  const state = { revision: 1, role: "member", isAway: false, asked: 0, keysAsked: 0 };
  const answer = <T>(value: T): Promise<T> =>
    state.isAway ? Promise.reject(new LiluxError("database_unavailable")) : Promise.resolve(value);
  const directory = createDirectory({
    clock,
    logger: silentLogger(),
    store: {
      revision: () => answer(state.revision),
      keyForEntry: () => {
        state.keysAsked += 1;
        return answer(undefined);
      },
      tenant: () => answer(undefined),
      tenantsOfIssuer: () => answer([]),
      async person() {
        state.asked += 1;
        return answer({
          person: "p",
          name: "",
          role: state.role,
          state: "active",
          createdAt: 0,
        } as never);
      },
    },
  });
  void directory.part.start?.();
  onTestFinished(() => directory.part.stop?.(0));
  /** Lets it look once more, as it does each second. */
  async function look(): Promise<void> {
    await vi.waitUntil(() => clock.sleepers(LOOK_EVERY_MS) === 1, 20_000);
    clock.advance(LOOK_EVERY_MS);
    await vi.waitUntil(() => clock.sleepers(LOOK_EVERY_MS) === 1, 20_000);
  }
  const role = async () => (await directory.person(testTenant("acme"), "p"))?.role;
  return { clock, state, directory, look, role };
}

// Mutants: `forget` is not called; `keepLooking` ends after its first look.
test("what is known counts until something changes anywhere, and one look is enough to learn that", async () => {
  const { state, look, role } = start();
  await look();
  expect([await role(), await role(), state.asked]).toEqual(["member", "member", 1]);
  state.role = "viewer";
  await look();
  expect(await role()).toBe("member");
  state.revision += 1;
  await look();
  expect([await role(), state.asked]).toEqual(["viewer", 2]);
});

// Mutant: `held` stores what it loaded without looking at the generation.
test("what was loaded before a change is not held after it", async () => {
  const { state, look, directory } = start();
  await look();
  const loading = directory.person(testTenant("acme"), "p");
  state.revision += 1;
  await directory.refresh();
  await loading;
  state.role = "viewer";
  expect((await directory.person(testTenant("acme"), "p"))?.role).toBe("viewer");
});

// Mutants: names of nobody are held beside the others, or not at all.
test("who makes up keys and issuers pushes nobody out who is known, and is not asked about twice", async () => {
  const { state, look, role, directory } = start();
  await look();
  expect(await role()).toBe("member");
  for (let made = 0; made < 25_000; made += 1) {
    await directory.key(`made-up-${made}`);
    if (made % 10 === 0) await directory.tenantsOfIssuer(`https://made-up-${made}.example`);
  }
  expect([await role(), state.asked]).toEqual(["member", 1]);
  const { keysAsked } = state;
  await directory.key("made-up-24999");
  expect(state.keysAsked).toBe(keysAsked);
});

// Mutant: no KNOWN_FOR_MS; what is held then counts for ever.
test("while the database is away who is known goes on for a minute, and nobody after it", async () => {
  const { state, clock, look, role, directory } = start();
  await look();
  expect(await role()).toBe("member");
  state.isAway = true;
  await look();
  expect(await role()).toBe("member");
  expect(directory.part.dependency?.()).toBeUndefined();
  clock.advance(60_000);
  await look();
  await expect(role()).rejects.toMatchObject({ code: "database_unavailable" });
  expect(directory.part.dependency?.()).toContain("does not answer");
  state.isAway = false;
  await look();
  expect(await role()).toBe("member");
});

const caller = (keyId: string): Caller => ({
  tenant: testTenant("acme"),
  person: `k_${keyId}`,
  verbs: new Set(["predict"]),
  credential: { kind: "key", keyId },
});

test("who may not be in any more is turned out, the others learn what they may now, and a fault turns out nobody", async () => {
  const verdicts: Record<string, LiluxError> = {
    revoked: new LiluxError("unauthenticated"),
    unknown: new LiluxError("database_unavailable"),
  };
  const inside = createCallersInside(async (given) => {
    const error = verdicts[given.person.slice(2)];
    if (error !== undefined) throw error;
    return { ...given, verbs: new Set(["read"]) };
  });
  const heard: string[] = [];
  const enter = (keyId: string): (() => void) =>
    inside.enter({
      caller: caller(keyId),
      update: ({ verbs }) => void heard.push(`${keyId} may ${[...verbs].join()}`),
      turnOut: ({ code }) => void heard.push(`${keyId} out ${code}`),
    });
  const [, , leave] = ["revoked", "unknown", "left", "stays", "stays"].map(enter);
  leave?.();
  await inside.lookAgain();
  expect(heard.toSorted()).toEqual([
    "revoked out unauthenticated",
    "stays may read",
    "stays may read",
  ]);
});
