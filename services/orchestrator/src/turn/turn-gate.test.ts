import { createWeights } from "@lilux/core/fairness";
import type { TurnEvent, TurnRequest } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import { expect, test } from "vitest";
import { createTurnGate } from "./turn-gate.ts";

const options = { commands: [], signal: new AbortController().signal } as never;

function requestOf(tenant: string): TurnRequest {
  return { turn: { tenant } } as TurnRequest;
}

/** Turns that run until told to end. */
function held() {
  const ends: (() => void)[] = [];
  const runTurn: RunTurn = async function* (): AsyncGenerator<TurnEvent> {
    yield { type: "turn-start", turnId: "t", path: "slow" };
    await new Promise<void>((resolve) => void ends.push(resolve));
  };
  return { runTurn, ends };
}

// Mutant: a gate that does not look at its tenants; or one that never counts down.
test("a tenant's turns are bounded, its neighbour's run, and one that ended makes room", async () => {
  const { runTurn, ends } = held();
  const gate = createTurnGate({
    weights: createWeights(),
    onCount: () => undefined,
    onRefused: () => undefined,
    tenantTurnsMax: 2,
  });
  const guarded = gate.guard(runTurn);
  const begin = async (tenant: string) => {
    const events = guarded(requestOf(tenant), options)[Symbol.asyncIterator]();
    await events.next();
    return events;
  };
  const first = await begin("noisy");
  await begin("noisy");
  await expect(begin("noisy")).rejects.toMatchObject({ code: "rate_limited", retryable: true });
  await begin("quiet");
  const ending = first.next();
  for (const end of ends) end();
  await ending;
  await begin("noisy");
});

// Mutants: `isWithinShare` without the weight; with what all run as what one runs.
test("turns of all are shared by weight, and a newcomer's always begins", async () => {
  const { runTurn } = held();
  const gate = createTurnGate({
    weights: createWeights(),
    onCount: () => undefined,
    onRefused: () => undefined,
    tenantTurnsMax: 1_000,
    turnsMax: 40,
  });
  const guarded = gate.guard(runTurn);
  const begun = async (tenant: string, weight: number): Promise<number> => {
    const given = { commands: [], signal: new AbortController().signal, mandate: { weight } };
    for (let count = 0; ; count += 1) {
      const events = guarded(requestOf(tenant), given as never)[Symbol.asyncIterator]();
      const isTaken = await events.next().then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ code: "overloaded", retryable: true });
          return false;
        },
      );
      if (!isTaken) return count;
    }
  };
  expect(await begun("heavy", 2)).toBe(34);
  expect(await begun("usual", 1)).toBe(4);
  expect(await begun("late", 1)).toBe(1);
});
