import { LiluxError } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { ASK, ends, HELLO, openAiAt, says, scriptedChats, WEATHER } from "./testing/chat-client.ts";
import { steppedTurns } from "./testing/scripted-turns.ts";
import { startForTest } from "./testing/start-for-test.ts";

const SEARCH = {
  name: "search",
  arguments: { item_type: "script", query: "mail" },
} as const;

describe("openai: an answer", () => {
  test("comes whole, with who answered and what it cost", async () => {
    const chats = scriptedChats(() => [says("It keeps "), says("two from one."), ends()]);
    const client = openAiAt(await startForTest(chats));
    const answer = await client.chat.completions.create(ASK);

    expect(answer).toMatchObject({
      object: "chat.completion",
      model: "lilux",
      choices: [
        {
          index: 0,
          finish_reason: "stop",
          message: { role: "assistant", content: "It keeps two from one." },
        },
      ],
      usage: { prompt_tokens: 21, completion_tokens: 7, total_tokens: 28 },
      lilux: { path: "slow", answered_by: "qwen" },
    });
    expect(answer.id).toBe(`chatcmpl-${answer._request_id}`);
    expect(answer.choices[0]?.message.tool_calls).toBeUndefined();
  });

  test("comes as it is made, and says at its end what it cost where that is wished", async () => {
    const chats = scriptedChats(() => [says("one "), says("two"), ends()]);
    const client = openAiAt(await startForTest(chats));
    const stream = await client.chat.completions.create({
      ...ASK,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);

    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", content: "" });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe("one two");
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 28 } });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  test("has no usage where nobody counted", async () => {
    const chats = scriptedChats(() => [says("so"), { type: "turn-end", outcome: "completed" }]);
    const client = openAiAt(await startForTest(chats));
    expect((await client.chat.completions.create(ASK)).usage).toBeUndefined();
  });

  test.each([
    ["the caller's own limit", { isCut: true }, "length"],
    [
      "the model's own limit",
      {
        outcome: "failed",
        error: new LiluxError("llm_incomplete", { details: { reason: "length" } }).toBody(),
      },
      "length",
    ],
    [
      "a filter",
      {
        outcome: "failed",
        error: new LiluxError("llm_incomplete", { details: { reason: "content_filter" } }).toBody(),
      },
      "content_filter",
    ],
  ] as const)("says that %s cut it", async (_, end, finish) => {
    const chats = scriptedChats(() => [says("It keeps"), ends(end)]);
    const client = openAiAt(await startForTest(chats));
    const answer = await client.chat.completions.create({ ...ASK, max_tokens: 2 });
    expect(answer.choices[0]).toMatchObject({
      finish_reason: finish,
      message: { content: "It keeps" },
    });
  });
});

describe("openai: what is asked", () => {
  test("reaches the turn whole: messages, limits, tools, and nothing of another session", async () => {
    const chats = scriptedChats(() => [says("ok"), ends()]);
    const client = openAiAt(await startForTest(chats));
    await client.chat.completions.create({
      model: "lilux",
      messages: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "first" }] },
        { role: "assistant", content: "one" },
        { role: "user", content: "second" },
      ],
      max_completion_tokens: 40,
      temperature: 0.2,
      tools: [WEATHER],
      user: "somebody",
      store: true,
    });
    const [request] = chats.requests;
    expect(request).toMatchObject({
      turn: { kind: "submit", text: "second", tenant: "local" },
      history: ["first"],
      chat: {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "first" },
          { role: "assistant", content: "one" },
          { role: "user", content: "second" },
        ],
        tools: [{ name: "get_weather" }],
        toolChoice: "auto",
        tokensMax: 40,
        passedOn: { temperature: 0.2 },
      },
    });
    expect(request?.chat?.passedOn).toEqual({ temperature: 0.2 });
  });

  test.each([
    ["a tool must be called", { tools: [WEATHER], tool_choice: "required" as const }],
    ["no tool may be called", { tool_choice: "none" as const }],
    ["the answer is to be JSON", { response_format: { type: "json_object" as const } }],
    [
      "the line is longer than a line can be",
      { messages: [{ role: "user" as const, content: "a".repeat(8_001) }] },
    ],
  ])("the router does not decide when %s", async (_, more) => {
    const chats = scriptedChats(() => [says("{}"), ends()]);
    const client = openAiAt(await startForTest(chats));
    await client.chat.completions.create({ ...ASK, ...more });
    expect(chats.requests[0]?.turn.kind).toBe("ask");
  });

  test("a pool is chosen by its name, and an adapter by its own", async () => {
    const chats = scriptedChats(() => [says("ok"), ends()]);
    const listModels = async () => [
      { id: "big", pool: "big" },
      { id: "acme-lora", pool: "big" },
      { id: "cloud", pool: "cloud" },
    ];
    const client = openAiAt(await startForTest({ ...chats, listModels }));
    for (const model of ["lilux", "cloud", "acme-lora"]) {
      await client.chat.completions.create({ ...ASK, model });
    }
    expect(chats.requests.map(({ chat }) => chat?.pool)).toEqual([undefined, "cloud", "big"]);

    const ids = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(["lilux", "lilux-router", "big", "acme-lora", "cloud"]);
    expect(await client.models.retrieve("cloud")).toMatchObject({ id: "cloud", object: "model" });
  });
});

describe("openai: calls", () => {
  test("of the caller's own tools end the answer, and their results go on with it", async () => {
    const call = { id: "call_1", name: "get_weather", arguments: '{"town":"Bonn"}' };
    const chats = scriptedChats(
      () => [ends({ callerCalls: [call] })],
      () => [says("It rains in Bonn."), ends()],
    );
    const client = openAiAt(await startForTest(chats));
    const made: unknown[] = [];
    const runner = client.chat.completions.runTools({
      model: "lilux",
      messages: [{ role: "user", content: "weather in Bonn?" }],
      tools: [
        {
          type: "function",
          function: {
            ...WEATHER.function,
            parse: JSON.parse,
            function: (given: unknown) => {
              made.push(given);
              return "rain";
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe("It rains in Bonn.");
    expect(made).toEqual([{ town: "Bonn" }]);
    const second = chats.requests[1];
    expect(second?.turn.kind).toBe("ask");
    expect(second?.chat?.messages.slice(-2)).toEqual([
      { role: "assistant", content: "", calls: [call] },
      { role: "tool", callId: "call_1", content: "rain" },
    ]);
  });

  test("stream as parts that the SDK puts together, and one at a time where that is wished", async () => {
    const callerCalls = ["Bonn", "Ulm"].map((town, at) => ({
      id: `call_${at}`,
      name: "get_weather",
      arguments: JSON.stringify({ town }),
    }));
    const chats = scriptedChats(() => [says("Let me look."), ends({ callerCalls })]);
    const client = openAiAt(await startForTest(chats));
    const asked = { ...ASK, tools: [WEATHER] };
    const both = await client.chat.completions.stream(asked).finalMessage();
    expect(both.content).toBe("Let me look.");
    expect(both.tool_calls?.map((each) => each.type === "function" && each.function)).toMatchObject(
      [{ arguments: '{"town":"Bonn"}' }, { arguments: '{"town":"Ulm"}' }],
    );
    const one = await client.chat.completions.create({ ...asked, parallel_tool_calls: false });
    expect(one.choices[0]?.finish_reason).toBe("tool_calls");
    expect(one.choices[0]?.message.tool_calls).toHaveLength(1);
  });

  test("that we made are told with their results, which no client takes for its own to make", async () => {
    const callId = "c_1.1";
    const chats = scriptedChats(
      () => [
        { type: "call-start", callId, call: SEARCH },
        { type: "call-end", callId, ok: true, result: { total: 2 }, durationMs: 3 },
        says("Two scripts."),
        ends(),
      ],
      () => [says("The first."), ends()],
    );
    const client = openAiAt(await startForTest(chats));
    const executed = {
      index: 0,
      id: callId,
      type: "function",
      name: "search",
      arguments: JSON.stringify(SEARCH.arguments),
      output: '{"total":2}',
    };
    const { message } =
      (await client.chat.completions.stream(ASK).finalChatCompletion()).choices[0] ?? {};
    expect(message).toMatchObject({ content: "Two scripts.", executed_tools: [executed] });
    expect(message?.tool_calls).toBeUndefined();

    // A client that keeps the message keeps the calls.
    const messages = [...HELLO, message as OpenAI.ChatCompletionMessage];
    const next = { role: "user" as const, content: "which?" };
    await client.chat.completions.create({ model: "lilux", messages: [...messages, next] });
    expect(chats.requests[1]?.chat?.messages.slice(1)).toEqual([
      {
        role: "assistant",
        content: "",
        calls: [{ id: callId, name: "search", arguments: executed.arguments }],
      },
      { role: "tool", callId, content: '{"total":2}' },
      { role: "assistant", content: "Two scripts." },
      { role: "user", content: "which?" },
    ]);
  });
});

describe("openai: JSON", () => {
  const wished = { ...ASK, response_format: { type: "json_object" as const } };

  test("is JSON or an error, never something else", async () => {
    const chats = scriptedChats(
      () => [says('{"towns":'), says('["Bonn"]}'), ends()],
      () => [says("Sure! Here it is"), ends()],
    );
    const client = openAiAt(await startForTest(chats));
    const good = await client.chat.completions.create(wished);
    expect(JSON.parse(good.choices[0]?.message.content ?? "")).toEqual({ towns: ["Bonn"] });
    expect(chats.requests[0]?.chat?.passedOn).toEqual({
      response_format: { type: "json_object" },
    });
    await expect(client.chat.completions.create(wished)).rejects.toMatchObject({
      status: 502,
      code: "llm_rejected",
    });
  });
});

// Mutant: `onClose` of startWatchedTurn not sending the cancel.
test.each([true, false])(
  "openai: a client that goes away ends its turn upstream (streamed: %s)",
  async (stream) => {
    const stepped = steppedTurns();
    const ended = Promise.withResolvers<unknown>();
    const gateway = await startForTest({
      limits: { cancelWithinMs: 50 },
      runTurn: (request, options) => {
        options.signal.addEventListener("abort", () => ended.resolve(options.signal.reason));
        return stepped.runTurn(request, options);
      },
    });
    const leaving = new AbortController();
    const asked = openAiAt(gateway)
      .chat.completions.create({ ...ASK, stream }, { signal: leaving.signal })
      .catch((error: unknown) => error);
    await eventually(() => expect(stepped.runs()).toBe(1), { withinMs: 20_000 });
    leaving.abort();
    expect(await asked).toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(await ended.promise).toMatchObject({ code: "cancelled" });
  },
);
