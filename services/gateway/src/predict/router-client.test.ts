import { announceReplica, createInProcessBus, subjects } from "@lilux/bus";
import type { Prediction } from "@lilux/protocol";
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
    const line = { tenant: "local", sessionId: "s", seq: 1, text: "x" };
    const answer = client.predict(line, { deadlineMs: 2 * predictWithinMs });
    await vi.advanceTimersByTimeAsync(hedgeAfterMs - 1);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.toSorted()).toEqual(["one", "two"]);
    expect(await answer).toEqual(prediction);
  },
);
