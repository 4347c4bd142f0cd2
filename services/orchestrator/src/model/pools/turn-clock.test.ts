import { createManualClock } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createTurnClock } from "./turn-clock.ts";

const whole = (ms: number): number => Math.round(ms);

/** A turn of fifteen seconds, whose person sent their line so long ago. */
function turnOf({ wayMs = 0, firstTokenMs = 15_000 } = {}) {
  const clock = createManualClock();
  let seenAt = clock.monotonic() - wayMs;
  const turn = createTurnClock(clock, { firstTokenMs, seenAt: () => seenAt });
  const sees = (): void => {
    seenAt = clock.monotonic();
  };
  return { turn, sees, advance: clock.advance };
}

// Mutants: `begunAt` that answers `now`; `wayBackMs` of nothing.
test.each([
  ["the way there and back", 250, 15_000, 14_250],
  ["a way back in proportion, where the wait is short", 0, 1_000, 950],
  ["no more than a third for the way there", 4_000, 1_000, 633],
])("of a turn's wait the model has what is left without %s", (_, wayMs, firstTokenMs, leftMs) => {
  const { turn } = turnOf({ wayMs, firstTokenMs });
  turn.begin();
  expect(whole(turn.leftMs())).toBe(leftMs);
});

test("a doubtful call's question is of the same wait as the answer after it", () => {
  const { turn, advance } = turnOf();
  turn.begin();
  advance(2_000);
  turn.begin();
  expect(whole(turn.leftMs())).toBe(12_500);
});

// Mutant: `begin` that does not look at what was seen: an explanation got what a long call had left.
test("what follows a call that was seen to run is waited for anew", () => {
  const { turn, sees, advance } = turnOf();
  turn.begin();
  advance(40_000);
  expect(turn.leftMs()).toBe(0);
  sees();
  turn.begin();
  expect(whole(turn.leftMs())).toBe(14_500);
});

test("what goes on with a message that was lost after a long silence has a wait of its own", () => {
  const { turn, advance } = turnOf();
  turn.begin();
  turn.answered();
  expect(turn.isAnswered()).toBe(true);
  advance(20_000);
  turn.begin();
  expect(whole(turn.leftMs())).toBe(14_500);
});

test("what no person waits for has all of it", () => {
  const clock = createManualClock();
  const turn = createTurnClock(clock, { firstTokenMs: 15_000 });
  turn.begin();
  expect(whole(turn.leftMs())).toBe(15_000);
});
