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
