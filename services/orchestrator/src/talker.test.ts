import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import type { OrchestratorConfig } from "./config.ts";
import { besideLocalModel } from "./testing/beside-local-model.ts";
import { endOf, textOf } from "./testing/harness.ts";
import { candidate, SEARCH, SEARCH_RESULT } from "./testing/samples.ts";

const soon = { withinMs: 20_000 };

const beside = (config?: OrchestratorConfig) =>
  besideLocalModel({
    role: "talk",
    reply: () => ({ text: "Paris, I think." }),
    text: "what is the capital?",
    search: async () => SEARCH_RESULT,
    config,
  });

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
  expect(textOf(events)).toContain("The language model does not answer just now");
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "built-in" } });
});

test("where the configured server does not answer it talks in its place", async () => {
  const languageModel = { url: "http://127.0.0.1:9/v1", deadlines: { firstTokenMs: 20_000 } };
  const { ask } = await beside({ languageModel });
  await eventually(async () => expect(textOf(await ask())).toBe("Paris, I think."), soon);
});
