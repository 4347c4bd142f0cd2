import { LiluxError } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { ASK, ends, HELLO, openAiAt, says, scriptedChats, WEATHER } from "./testing/chat-client.ts";
import { steppedTurns } from "./testing/scripted-turns.ts";
import { startForTest } from "./testing/start-for-test.ts";
import { keyFor } from "./testing/start-gateway.ts";

describe("openai: errors are its own classes", () => {
  test("401 for a key that is none, told once", async () => {
    const gateway = await startForTest({
      config: { apiKeys: [keyFor("acme", "right")] },
    });
    const refused = openAiAt(gateway, "wrong").models.list();
    await expect(refused).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(refused).rejects.toMatchObject({ code: "invalid_api_key", param: null });
  });

  test("404 for a model that is not the tenant's", async () => {
    const client = openAiAt(
      await startForTest({ listModels: async () => [{ id: "big", pool: "big" }] }),
    );
    const asked = client.chat.completions.create({ ...ASK, model: "gpt-9" });
    await expect(asked).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(asked).rejects.toMatchObject({ code: "model_not_found", param: "model" });
    await expect(asked).rejects.toThrow(/lilux, big/);
    await expect(client.models.retrieve("gpt-9")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  const user = (content: unknown) => [{ role: "user", content }];
  test.each([
    ["n", { n: 2 }],
    ["logprobs", { logprobs: true }],
    ["modalities", { modalities: ["text", "audio"] }],
    ["functions", { functions: [] }],
    ["messages", { messages: [] }],
    ["messages", { messages: undefined }],
    ["messages", { messages: [{ role: "assistant", content: "so" }] }],
    ["messages[0].role", { messages: [{ role: "robot", content: "so" }] }],
    ["messages[0].content", { messages: user(7) }],
    ["messages[0].content[0]", { messages: user([{ type: "image_url", image_url: {} }]) }],
    ["messages[0].content[1]", { messages: user([{ type: "text", text: "" }, { type: "file" }]) }],
    [
      "messages[1].tool_call_id",
      {
        messages: [...HELLO, { role: "tool", tool_call_id: "x", content: "y" }],
      },
    ],
    ["tools[0].function.name", { tools: [{ type: "function", function: { name: "a b" } }] }],
    ["tools[0].type", { tools: [{ type: "custom", custom: { name: "a" } }] }],
    ["tools[1].function.name", { tools: [WEATHER, WEATHER] }],
    ["tool_choice", { tool_choice: "required" }],
    [
      "tool_choice.function.name",
      {
        tools: [WEATHER],
        tool_choice: { type: "function", function: { name: "other" } },
      },
    ],
    ["max_tokens", { max_tokens: 0 }],
    ["response_format.type", { response_format: { type: "xml" } }],
    ["model", { model: undefined }],
  ])("400 names the field %s", async (param, wrong) => {
    const client = openAiAt(await startForTest());
    const asked = client.chat.completions.create({ ...ASK, ...wrong } as never);
    await expect(asked).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(asked).rejects.toMatchObject({ param, type: "invalid_request_error" });
  });

  test("400 says what kind of part is not understood", async () => {
    const client = openAiAt(await startForTest());
    const messages = user([{ type: "image_url", image_url: { url: "data:," } }]) as never;
    const asked = client.chat.completions.create({ model: "lilux", messages });
    await expect(asked).rejects.toThrow(/image_url/);
  });

  test("429 with the time to wait, by the same limits as the other doors", async () => {
    const stepped = steppedTurns();
    const gateway = await startForTest({ ...stepped, limits: { tenantTurnsAtOnce: 1 } });
    const client = openAiAt(gateway);
    const first = client.chat.completions.create(ASK).catch(() => undefined);
    await eventually(() => expect(stepped.runs()).toBe(1), { withinMs: 20_000 });
    const second = client.chat.completions.create(ASK);
    await expect(second).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    const { headers } = (await second.catch((error: unknown) => error)) as InstanceType<
      typeof OpenAI.APIError
    >;
    expect(Number(headers?.get("retry-after"))).toBeGreaterThan(0);
    stepped.emit({ type: "turn-end", outcome: "completed" });
    await first;
  });

  test("what fails before the first word has its status, streamed or not, and is not tried again in vain", async () => {
    const error = new LiluxError("llm_unavailable").toBody();
    const rejected = new LiluxError("llm_rejected").toBody();
    const chats = scriptedChats(
      () => [ends({ outcome: "failed", error })],
      () => [ends({ outcome: "failed", error })],
      () => [ends({ outcome: "failed", error: rejected })],
    );
    const gateway = await startForTest(chats);
    const client = openAiAt(gateway);
    for (const stream of [true, false]) {
      const asked = client.chat.completions.create({ ...ASK, stream });
      await expect(asked).rejects.toMatchObject({ status: 503, code: "llm_unavailable" });
    }
    const patient = client.withOptions({ maxRetries: 2 });
    await expect(patient.chat.completions.create(ASK)).rejects.toMatchObject({ status: 502 });
    expect(chats.requests).toHaveLength(3);
  });

  test("what fails after the first word ends the stream with the error, and the words stand", async () => {
    const error = new LiluxError("llm_truncated").toBody();
    const chats = scriptedChats(() => [says("It keeps"), ends({ outcome: "failed", error })]);
    const client = openAiAt(await startForTest(chats));
    let text = "";
    const reading = async () => {
      const stream = await client.chat.completions.create({ ...ASK, stream: true });
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    };
    await expect(reading()).rejects.toMatchObject({ code: "llm_truncated" });
    expect(text).toBe("It keeps");
  });

  test("a turn whose context is too long is the caller's to shorten", async () => {
    const error = new LiluxError("llm_context_full").toBody();
    const chats = scriptedChats(() => [ends({ outcome: "failed", error })]);
    const client = openAiAt(await startForTest(chats));
    const asked = client.chat.completions.create(ASK);
    await expect(asked).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(asked).rejects.toMatchObject({ code: "context_length_exceeded" });
  });
});
