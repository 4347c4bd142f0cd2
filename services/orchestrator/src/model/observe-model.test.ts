import { LiluxError } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createMetrics } from "../metrics.ts";
import { scriptedModel } from "../testing/scripted-model.ts";
import { observeModel } from "./observe-model.ts";
import { upstreamError } from "./openai/upstream-error.ts";
import { PLAIN_REQUEST } from "./testing/ask-fake.ts";

async function linesOf(level: "info" | "debug", failure: Error): Promise<string> {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "test", level, destination });
  const model = scriptedModel({
    rounds: [
      () => {
        throw failure;
      },
    ],
  });
  const observed = observeModel(model, { metrics: createMetrics(new Registry()), logger });
  const events = observed.stream(PLAIN_REQUEST, new AbortController().signal);
  await expect(events[Symbol.asyncIterator]().next()).rejects.toBe(failure);
  return lines.join("");
}

const refusal = upstreamError(400, { error: { message: "Your prompt SECRET is too long." } });

test("a refusal's reason is in the log; the server's words, which may quote the prompt, are not", async () => {
  const lines = await linesOf("info", refusal);
  expect(lines).toContain('"code":"llm_context_full","httpStatus":400,"reason":"context"');
  expect(lines).not.toContain("SECRET");
});

test("with debug logging, where what people type is allowed, the server's words are in the log", async () => {
  expect(await linesOf("debug", refusal)).toContain("SECRET");
});

test("a person's cancel is no failure of the model, and no line", async () => {
  expect(await linesOf("info", new LiluxError("cancelled"))).toBe("");
});
