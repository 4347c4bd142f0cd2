import type { Bus, RequestOptions } from "@lilux/bus";
import type { Prediction } from "@lilux/protocol";
import { expect, it } from "vitest";
import { createPredict } from "./router-client.ts";

const prediction: Prediction = {
  predictionId: "p",
  seq: 1,
  context: "cold",
  candidates: [],
  noCallConfidence: 1,
  routeMs: 1,
};

// Mutant: a fixed 40 ms.
it.each([
  [80, 40],
  [200, 100],
  [5, 3],
  [1, 1],
])("asks another router at half of a promise of %i ms", async (predictWithinMs, hedgeAfterMs) => {
  const asked: RequestOptions[] = [];
  const bus: Pick<Bus, "request"> = {
    async request(_subject, _body, options) {
      asked.push(options);
      return prediction;
    },
  };
  const predict = createPredict(bus, { predictWithinMs });
  const line = { tenant: "local", sessionId: "s", seq: 1, text: "x" };
  await predict(line, { deadlineMs: predictWithinMs });
  expect(asked[0]?.hedgeAfterMs).toBe(hedgeAfterMs);
});
