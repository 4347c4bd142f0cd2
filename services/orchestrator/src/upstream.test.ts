import type { Prediction } from "@lilux/protocol";
import { createManualClock, eventually } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import {
  beginsOnly,
  chunk,
  type FakeLlmServer,
  type LlmAnswer,
  refuses,
  startFakeLlmServer,
  streams,
  textAnswer,
  toolAnswer,
} from "./model/testing/fake-llm-server.ts";
import { createHarness, endOf, type HarnessOptions, textOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";

const open: FakeLlmServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function withServer(options: HarnessOptions, ...answers: LlmAnswer[]) {
  const server = await startFakeLlmServer(...answers);
  open.push(server);
  const languageModel = { url: server.url, model: "qwen", continuesMessage: true };
  const search = async () => SEARCH_RESULT;
  const harness = await createHarness({ kiwi: { search }, ...options, config: { languageModel } });
  return { server, harness };
}

test("a turn calls tools and answers over a real connection, and counts its tokens", async () => {
  const { harness, server } = await withServer(
    {},
    streams(toolAnswer("search", SEARCH.arguments)),
    streams(textAnswer("One script ", "sends email.")),
  );
  const events = await harness.run(turnRequest({ kind: "ask" }));
  expect(textOf(events)).toBe("One script sends email.");
  expect(endOf(events)).toMatchObject({
    outcome: "completed",
    usage: { model: "qwen", promptTokens: 42, completionTokens: 14, calls: 1 },
  });
  expect(server.requests[1]?.body["messages"]).toMatchObject([
    { role: "system" },
    { role: "user" },
    { role: "assistant", content: null, tool_calls: [{ id: "chatcmpl-tool-9" }] },
    { role: "tool", tool_call_id: "chatcmpl-tool-9" },
  ]);
  expect(await harness.metrics()).toContain('tokens_total{kind="prompt"} 42');
});

// Fails when `obeyCommands` drops the cancel, or `post` makes the request without its signal.
test("a cancel closes the connection to the language model: the server sees it go", async () => {
  const { harness, server } = await withServer({}, beginsOnly(chunk({ content: "Well, " })));
  const events = await harness.run(turnRequest({ kind: "ask" }), {
    onEvent(event, commands) {
      if (event.type === "text-delta") commands.push({ type: "cancel" });
    },
  });
  await server.requests[0]?.left;
  expect(endOf(events).outcome).toBe("cancelled");
});

test("a late sure answer closes the stream, and the same message goes on at the server", async () => {
  const clock = createManualClock();
  const routed = Promise.withResolvers<Prediction>();
  const { harness, server } = await withServer(
    { clock, router: () => routed.promise },
    beginsOnly(chunk({ content: "I will look. So far " })),
    streams(textAnswer(" there is ", "one.")),
  );
  const running = harness.run(turnRequest(), {
    onEvent(event) {
      if (event.type === "text-delta") routed.resolve(prediction(candidate(SEARCH, 0.95)));
    },
  });
  await eventually(() => clock.sleepers(100) > 0, { withinMs: 20_000 });
  clock.advance(100);
  expect(textOf(await running)).toBe("I will look. So far there is one.");
  await server.requests[0]?.left;
  expect(server.requests[1]?.body).toMatchObject({
    continue_final_message: true,
    add_generation_prompt: false,
  });
  const messages = server.requests[1]?.body["messages"] as unknown[];
  expect(messages.at(-1)).toEqual({ role: "assistant", content: "I will look. So far" });
});

test("a doubtful call is put to the model as a yes or no in JSON", async () => {
  const { harness, server } = await withServer(
    {},
    streams(textAnswer('{"run": true,', ' "reason": "fits"}')),
    streams(textAnswer("One.")),
  );
  const request = turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.7)) });
  expect(textOf(await harness.run(request))).toBe("One.");
  expect(server.requests[0]?.body).toMatchObject({
    stream: true,
    max_tokens: 64,
    response_format: { type: "json_schema", json_schema: { name: "verify_call", strict: true } },
  });
});

test("a server that refuses the key fails the turn with what to check", async () => {
  const { harness } = await withServer({}, refuses(401, { error: "Unauthorized" }));
  expect(endOf(await harness.run(turnRequest({ kind: "ask" })))).toMatchObject({
    outcome: "failed",
    error: { code: "llm_rejected", message: expect.stringContaining("LILUX_LLM_API_KEY") },
  });
});
