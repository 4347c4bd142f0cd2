import { eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { localPool } from "./model/pools/local-pool.ts";
import { startStrictServer } from "./model/testing/strict-server/start-strict-server.ts";
import { createHarness, endOf, textOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";

const soon = { withinMs: 20_000 };

async function beside(config: object = {}) {
  const server = await startStrictServer({ reply: () => ({ text: "Paris, I think." }) });
  const pool = localPool(server.url, { role: "talk", deadlines: { firstTokenMs: 20_000 } });
  const harness = await createHarness({
    config: { local: { role: "talk", pool }, ...config },
    kiwi: { search: async () => SEARCH_RESULT },
    poolTiming: { reopenMs: 20, reopenMsMax: 40, aliveMs: 1_000 },
  });
  onTestFinished(() => harness.service.stop());
  let turns = 0;
  const ask = (...candidates: ReturnType<typeof candidate>[]) => {
    turns += 1;
    const turn = { kind: "ask", turnId: `t${turns}`, text: "what is the capital?" } as const;
    return harness.run(turnRequest(turn, { prediction: prediction(...candidates) }));
  };
  return { server, ask };
}

// Mutant: `isTalk` that is always true.
test("a model that only talks answers what means no call, told the line alone; calls and their results are the built-in model's", async () => {
  const { server, ask } = await beside();
  await eventually(async () => expect(textOf(await ask())).toBe("Paris, I think."), soon);
  expect(server.turns().at(-1)?.body["messages"]).toEqual([
    { role: "system", content: expect.stringContaining("at most two sentences") },
    { role: "user", content: "what is the capital?" },
  ]);
  const before = server.turns().length;
  const events = await ask(candidate(SEARCH, 0.95));
  expect(textOf(events)).toContain("One script matches");
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "built-in" } });
  expect(server.turns()).toHaveLength(before);
});

test("while it does not answer the built-in model does, and says so", async () => {
  const { server, ask } = await beside();
  await server.close();
  const events = await ask();
  expect(textOf(events)).toContain("No language model is configured here");
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "built-in" } });
});

test("where the configured server does not answer it talks in its place", async () => {
  const languageModel = { url: "http://127.0.0.1:9/v1", deadlines: { firstTokenMs: 20_000 } };
  const { ask } = await beside({ languageModel });
  await eventually(async () => expect(textOf(await ask())).toBe("Paris, I think."), soon);
});
