import type { Clock } from "@lilux/core/async";
import { expect, test } from "vitest";
import { type AdmissionRequest, createAdmission, type Place } from "./create-admission.ts";

const NEVER = new AbortController().signal;
const FLOOD = 50;
const TURNS = 20;
/** What a quiet tenant's turn holds a place for, and what lies between the beginnings of two. */
const ANSWER_MS = 1_000;
const EVERY_MS = 2_000;
const TOKENS = 500;

interface World {
  now(): number;
  /** Does it at that time. */
  at(ms: number, work: () => void): void;
  /** Goes on until nothing is left to do before `ms`. */
  runUntil(ms: number): Promise<void>;
  clock: Clock;
}

/** Time that jumps from one thing to the next: nothing in it takes longer than it is said to take. */
function createWorld(): World {
  let time = 0;
  const due: { at: number; work: () => void }[] = [];
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const now = (): number => time;
  return {
    now,
    at: (ms, work) => void due.push({ at: ms, work }),
    async runUntil(ms) {
      for (;;) {
        await settled();
        const next = due.toSorted((one, other) => one.at - other.at)[0];
        if (next === undefined || next.at > ms) return;
        due.splice(due.indexOf(next), 1);
        time = next.at;
        next.work();
      }
    },
    // Nobody here loses patience.
    clock: { unix: now, monotonic: now, sleep: () => new Promise(() => undefined) },
  };
}

interface Flooded {
  places: number;
  /** Turns of the quiet tenants at once. */
  quiet?: number;
  /** How long an answer of the flood is, by that of a quiet tenant. */
  floodShare?: number;
}

/** How long each turn of a quiet tenant waited for its place beside a flood that had come before it. */
async function waitsBeside({ places, quiet = 1, floodShare = 1 }: Flooded): Promise<number[][]> {
  const world = createWorld();
  const admission = createAdmission({
    runningMax: places,
    clock: world.clock,
    onWaited: () => undefined,
  });
  const enter = (tenant: string): Promise<Place> => {
    const patience = { weight: 1, waitMs: Number.POSITIVE_INFINITY } as const;
    // An answer that is not there yet may be the longest one.
    const request = { tenant, purpose: "converse", tokens: 5 * TOKENS, ...patience } as const;
    return admission.enter(request satisfies AdmissionRequest, NEVER);
  };
  const floods = async (): Promise<void> => {
    const { leave } = await enter("loud");
    world.at(world.now() + ANSWER_MS * floodShare, () => {
      leave(TOKENS * floodShare);
      void floods();
    });
  };
  const waits = Array.from({ length: quiet }, (): number[] => []);
  // One thing at a time, and a while between two.
  const comes = async (own: number[], tenant: string): Promise<void> => {
    const cameAt = world.now();
    const { leave } = await enter(tenant);
    own.push(world.now() - cameAt);
    world.at(world.now() + ANSWER_MS, () => leave(TOKENS));
    if (own.length === TURNS) return;
    world.at(world.now() + EVERY_MS, () => void comes(own, tenant));
  };
  for (let turn = 0; turn < FLOOD; turn += 1) void floods();
  for (const [index, own] of waits.entries()) {
    // Never at a moment at which something else happens.
    world.at(311 + 7 * index, () => void comes(own, `quiet-${index}`));
  }
  await world.runUntil(10 * TURNS * EVERY_MS);
  return waits;
}

// Mutant: `shift` in the order of coming.
test.each([1, 2, 3, 4, 16, 49])(
  "fifty turns of one tenant at once at most double the time of each turn of another, at %i places",
  async (places) => {
    const [waits = []] = await waitsBeside({ places });
    expect(waits).toHaveLength(TURNS);
    expect(Math.max(...waits)).toBeLessThanOrEqual(ANSWER_MS);
  },
);

// Mutant: `isKept` that answers false.
test.each([2, 3, 4, 16, 49])(
  "of a flood with answers ten times as long, another's first turn waits for one, and its next ones for nothing, at %i places",
  async (places) => {
    const [waits = []] = await waitsBeside({ places, floodShare: 10 });
    const [first = 0, ...after] = waits;
    expect(first).toBeLessThanOrEqual(10 * ANSWER_MS);
    expect(after).toHaveLength(TURNS - 1);
    expect(Math.max(...after)).toBe(0);
  },
);

// Mutant: `KEPT_FROM` of infinity.
test("at twenty places and more a tenant that nobody knew of waits for nothing from its first turn on", async () => {
  const [waits = []] = await waitsBeside({ places: 20, floodShare: 10 });
  expect(Math.max(...waits)).toBe(0);
});

test.each([2, 3, 4, 16])(
  "three tenants beside a flood wait at most for each other, at %i places",
  async (places) => {
    const waits = await waitsBeside({ places, quiet: 3 });
    expect(Math.max(...waits.flat())).toBeLessThanOrEqual(2 * ANSWER_MS);
  },
);
