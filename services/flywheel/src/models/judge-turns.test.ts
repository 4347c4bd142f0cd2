import { expect, test } from "vitest";
import { run, storedTurn, turnOf } from "../testing/turns.ts";
import { judgeTurns } from "./judge-turns.ts";

const usage = { model: "spring", calls: 0, durationMs: 1 } as const;
const judge = (said: Parameters<typeof turnOf>[1], next?: string) =>
  judgeTurns(
    [
      storedTurn(turnOf("what is a mutex?", { usage, at: 1, ...said }), 1),
      ...(next === undefined ? [] : [storedTurn(turnOf(next, { usage, at: 2 }), 2)]),
    ],
    [],
    "orchestrator",
  )[0];

// Mutant: only turns that made a call are taken back; a model that talks nonsense then stays a canary for ever.
test("words that are taken back speak against the language model that said them, as calls do", () => {
  expect(judge({}, "no, not that")).toMatchObject({ model: "spring", isRight: false });
  expect(judge({ ran: run("tally") }, "undo that")).toMatchObject({ isRight: false });
  expect(judge({}, "and a semaphore?")).toMatchObject({ isRight: true });
  expect(judge({})).toMatchObject({ isRight: true });
});
