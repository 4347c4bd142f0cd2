import { expect, test } from "vitest";
import { unendedTurns } from "./unended-turns.ts";

async function* stored(...messages: { id: string; sequence: number; storedAt: number }[]) {
  yield* messages;
}

const turns = () =>
  stored(
    { id: "s:t1", sequence: 1, storedAt: 100 },
    { id: "s:t2", sequence: 2, storedAt: 200 },
    { id: "s:t3", sequence: 3, storedAt: 300 },
  );

// Mutants: `:turn` left on the ids of interactions; every turn looked at, also one that may be running.
test("a turn without an interaction is named once it can no longer be running", async () => {
  const interactions = () => stored({ id: "s:t1:turn", sequence: 1, storedAt: 150 });
  const late = await unendedTurns({ turns: turns(), interactions: interactions() }, 1_000);
  expect(late.turns.map(({ turn }) => turn)).toEqual(["s:t2", "s:t3"]);
  const soon = await unendedTurns({ turns: turns(), interactions: interactions() }, 300);
  expect(soon).toEqual({ accepted: 3, turns: [{ turn: "s:t2", storedAt: 200 }] });
});

// Mutant: `forgetBefore` left out.
test("where old interactions were dropped, turns from before them are not said to have no end", async () => {
  const interactions = stored({ id: "s:t2:turn", sequence: 50, storedAt: 250 });
  const found = await unendedTurns({ turns: turns(), interactions }, 1_000);
  expect(found.turns.map(({ turn }) => turn)).toEqual(["s:t3"]);
});
