import { LiluxError } from "@lilux/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createFairPlaces, type FairPlace } from "./fair-places.ts";

const STAYS = new AbortController().signal;

function setUp({ placesMax = 4, waitingMax = 16, weights = {} as Record<string, number> } = {}) {
  let now = 0;
  const places = createFairPlaces({
    placesMax,
    waitingMax,
    limit: "script_slots",
    weightOf: (flow) => weights[flow] ?? 1,
    now: () => now,
  });
  const held: { flow: string; place: FairPlace }[] = [];
  const refused: string[] = [];
  const enter = async (flow: string, signal = STAYS): Promise<void> => {
    await places.enter(flow, signal).then(
      (place) => void held.push({ flow, place }),
      () => void refused.push(flow),
    );
  };
  return {
    places,
    held,
    refused,
    enter,
    pass: (ms: number) => {
      now += ms;
    },
    /** The one that has its place for longest goes. */
    async leave(flow?: string) {
      const at = held.findIndex((one) => flow === undefined || one.flow === flow);
      const [gone] = held.splice(at, 1);
      gone?.place.leave();
      await settled();
      return gone?.flow;
    },
  };
}

/** Promises that were resolved have told. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

// Mutant: a fixed most per flow of half the places.
test("who is alone may have every place; once somebody else came, the last one is kept for who holds none", async () => {
  const { enter, held, leave, places } = setUp();
  for (let came = 0; came < 6; came += 1) void enter("loud");
  await settled();
  expect(places.load()).toEqual({ held: 4, waiting: 2 });
  void enter("quiet");
  await settled();
  await leave("loud");
  expect(held.filter(({ flow }) => flow === "quiet").length).toBe(1);
  await leave("quiet");
  expect(places.load()).toEqual({ held: 3, waiting: 2 });
  await enter("quiet");
  expect(places.load()).toEqual({ held: 4, waiting: 2 });
});

test("a minute after the other one came last, who is alone has all places again", async () => {
  const { enter, leave, pass, places } = setUp();
  await enter("quiet");
  await leave("quiet");
  for (let came = 0; came < 5; came += 1) void enter("loud");
  await settled();
  expect(places.load().held).toBe(3);
  pass(60_001);
  void enter("loud");
  await settled();
  expect(places.load()).toEqual({ held: 4, waiting: 2 });
});

// Mutants: `correct` left out of `leave`; `weightOf` left out of `push`.
test("places go round by weight and by how long each is held", async () => {
  const { enter, leave, pass, held } = setUp({
    placesMax: 1,
    weights: { heavy: 2 },
    waitingMax: 400,
  });
  void enter("long");
  for (let came = 0; came < 60; came += 1)
    for (const flow of ["heavy", "short", "long"]) void enter(flow);
  await settled();
  const heldMs: Record<string, number> = { heavy: 0, short: 0, long: 0 };
  for (let served = 0; served < 50; served += 1) {
    const flow = held[0]?.flow ?? "";
    const ms = flow === "long" ? 5_000 : 1_000;
    pass(ms);
    heldMs[flow] = (heldMs[flow] ?? 0) + ms;
    await leave();
  }
  const { heavy = 0, short = 0, long = 0 } = heldMs;
  expect(heavy / short).toBeGreaterThan(1.6);
  expect(heavy / short).toBeLessThan(2.5);
  expect(long / short).toBeGreaterThan(0.6);
  expect(long / short).toBeLessThan(1.7);
});

// Mutant: one bound of all waiting, whosever they are.
test("a flood is refused with the limit and when to come again, and leaves room for a newcomer to wait", async () => {
  const { enter, refused, places } = setUp({ placesMax: 1, waitingMax: 16 });
  for (let came = 0; came < 100; came += 1) void enter("loud");
  await settled();
  expect(places.load()).toEqual({ held: 1, waiting: 12 });
  expect(refused.length).toBe(87);
  void enter("quiet");
  await settled();
  expect(places.load().waiting).toBe(13);
  await expect(places.enter("loud", STAYS)).rejects.toMatchObject({
    code: "overloaded",
    details: { limit: "script_slots", retryAfterMs: 1_000 },
  });
});

test("who gives up while waiting takes no place and is told of its own end", async () => {
  const { enter, places, leave, held } = setUp({ placesMax: 1 });
  await enter("a");
  const gone = new AbortController();
  const waiting = places.enter("a", gone.signal);
  void enter("b");
  gone.abort(new LiluxError("cancelled"));
  await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
  await leave("a");
  expect(held.map(({ flow }) => flow)).toEqual(["b"]);
  expect(places.load()).toEqual({ held: 1, waiting: 0 });
});

// Mutants: `leave` without its look at `isLeft`; `hold` that takes no number out.
test("a number is held by one at a time, places are idle only where the last is kept, and who leaves twice left once", async () => {
  const step = fc.record({
    flow: fc.constantFrom("a", "b", "c"),
    does: fc.constantFrom("enter", "enter", "leave", "leave twice"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { enter, places, held, leave } = setUp({ placesMax: 3, waitingMax: 100 });
      for (const { flow, does } of steps) {
        if (does === "enter") void enter(flow);
        else {
          const last = held.find((one) => one.flow === flow)?.place;
          await leave(flow);
          if (does === "leave twice") last?.leave();
        }
        await settled();
        const numbers = held.map(({ place }) => place.number);
        expect(new Set(numbers).size).toBe(numbers.length);
        const { held: taken, waiting } = places.load();
        expect(taken).toBe(held.length);
        if (waiting > 0) expect(taken).toBeGreaterThanOrEqual(2);
      }
    }),
    { numRuns: 60 },
  );
});
