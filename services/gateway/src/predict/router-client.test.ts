import { announceReplica, createInProcessBus, subjects } from "@lilux/bus";
import type { Prediction } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { expect, it, onTestFinished, vi } from "vitest";
import { createRouterClient } from "./router-client.ts";

const prediction: Prediction = {
  predictionId: "p",
  seq: 1,
  context: "cold",
  candidates: [],
  noCallConfidence: 1,
  routeMs: 1,
};

/** Lets what is ready go on, without a clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

// Mutant: a fixed 40 ms.
it.each([
  [80, 40],
  [200, 100],
  [5, 3],
  [1, 1],
])(
  "asks another router at half of a promise of %i ms, and none before",
  async (predictWithinMs, hedgeAfterMs) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const bus = createInProcessBus();
    const client = createRouterClient(bus, { predictWithinMs });
    const asked: string[] = [];
    // Which router is a tenant's own is not for this test to say: whichever is asked first is frozen.
    for (const replica of ["one", "two"]) {
      bus.respond(subjects.keystrokesTo(replica), () => {
        asked.push(replica);
        return asked.length > 1 ? Promise.resolve(prediction) : new Promise(() => undefined);
      });
      onTestFinished(announceReplica(bus, { group: "router", replica }));
      await settle();
    }
    const line = { tenant: testTenant("local"), sessionId: "s", seq: 1, text: "x" };
    const answer = client.predict(line, { deadlineMs: 2 * predictWithinMs });
    await vi.advanceTimersByTimeAsync(hedgeAfterMs - 1);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.toSorted()).toEqual(["one", "two"]);
    expect(await answer).toEqual(prediction);
  },
);

// Mutants: `body: request`; `bounded` without the history.
it("sends a router no more of a line of 8,000 characters, and of those before it, than of one of 2,000", async () => {
  const bus = createInProcessBus();
  const client = createRouterClient(bus, { predictWithinMs: 600_000 });
  const sizes: number[] = [];
  bus.respond(subjects.ofAll("keystroke"), async ({ body }) => {
    sizes.push(JSON.stringify(body).length);
    return prediction;
  });
  for (const characters of [2_000, 8_000]) {
    const text = "deploy the build of this morning ".repeat(300).slice(0, characters);
    const line = {
      tenant: testTenant("local"),
      sessionId: "s",
      seq: 1,
      text,
      history: Array(5).fill(text),
    };
    await client.predict(line, { deadlineMs: 600_000 });
  }
  const [few = 0, many = 0] = sizes;
  expect(many).toBe(few);
  expect(few).toBeLessThan(8_000);
});
