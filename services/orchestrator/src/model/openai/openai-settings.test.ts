import { expect, test } from "vitest";
import { modelDeadlines } from "./openai-settings.ts";

// Fails when headers have ten seconds whatever a first token may take: a server that sends both at
// once was given up then, whatever the setting said.
test.each([
  ["nothing said", undefined, 10_000],
  ["a shorter wait for a first token", { firstTokenMs: 1_000 }, 10_000],
  ["a longer one", { firstTokenMs: 120_000 }, 80_000],
  ["both said", { firstTokenMs: 120_000, connectMs: 500 }, 500],
])("headers may take a while where a first token may: %s", (_, given, connectMs) => {
  expect(modelDeadlines(given).connectMs).toBe(connectMs);
});
