import { createInMemoryContextStore, keys } from "@lilux/context-store";
import { testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { startStrictServer } from "./model/testing/strict-server/start-strict-server.ts";
import { createThinking } from "./scope/thinking.ts";
import { createHarness, endOf, textOf } from "./testing/harness.ts";
import { turnRequest } from "./testing/samples.ts";

const THOUGHTS = "Perhaps 4711 litres are meant, or the person asks about the other valve.";

/** The orchestrator before a server whose model thinks before it answers. */
async function before() {
  const reply = () => ({ thoughts: THOUGHTS, text: "The float closes it." });
  const server = await startStrictServer({ reply });
  const store = createInMemoryContextStore();
  const harness = await createHarness({ config: { languageModel: { url: server.url } }, store });
  onTestFinished(() => harness.service.stop());
  const ask = async (sequence: number) => {
    const turn = { kind: "ask", turnId: `t${sequence}`, text: "what closes the valve?" } as const;
    const events = await harness.run(turnRequest(turn, { sequence }));
    const thought = events.flatMap((event) => (event.type === "thought-delta" ? [event] : []));
    return { events, thought };
  };
  return { server, store, ask };
}

test("what a model thinks is shown apart from its answer, and counted as it goes and in the end", async () => {
  const { ask } = await before();
  const { events, thought } = await ask(1);
  expect(thought.map(({ text }) => text).join("")).toBe(THOUGHTS);
  const tokens = thought.map((event) => event.tokens);
  expect(tokens).toEqual(tokens.toSorted((one, other) => one - other));
  expect(tokens.at(-1)).toBeGreaterThan(THOUGHTS.length / 8);
  expect(textOf(events)).toBe("The float closes it.");
  const { usage } = endOf(events);
  expect(usage?.thoughtTokens).toBeGreaterThan(0);
  expect(usage?.thoughtTokens).toBeLessThan(usage?.completionTokens ?? 0);
});

// Mutant: `scope.say` instead of `scope.think` in `generate`.
test("what a model thought is kept nowhere, and is in no later prompt", async () => {
  const { ask, server, store } = await before();
  await ask(1);
  await ask(2);
  expect(JSON.stringify(server.turns().map(({ body }) => body))).not.toContain("4711");
  expect(server.turns()).toHaveLength(2);
  const kept = await store.get(keys.history(testTenant("local"), "session-1"));
  expect(JSON.stringify(kept)).toContain("The float closes it.");
  expect(JSON.stringify(kept)).not.toContain("4711");
});

// Mutant: no bound in `createThinking`.
test("a model that thinks without end is shown up to a bound", async () => {
  let shown = 0;
  const think = createThinking({
    turnId: "t",
    async emit(event) {
      if (event.type === "thought-delta") shown += event.text.length;
    },
  });
  for (let piece = 0; piece < 100; piece += 1) await think("x".repeat(1_000));
  expect(shown).toBe(64 * 1024);
});
