import { DEFAULT_THRESHOLDS, LiluxError } from "@lilux/protocol";
import { afterEach, expect, test } from "vitest";
import type { ModelEvent, ModelRequest, Spending } from "../language-model.ts";
import {
  beginsOnly,
  chunk,
  DONE,
  event,
  type FakeLlmServer,
  type LlmAnswer,
  refuses,
  startFakeLlmServer,
  streams,
  textAnswer,
} from "../testing/fake-llm-server.ts";
import { PRIMITIVE_TOOLS } from "../tool-definitions.ts";
import { createOpenAiModel } from "./create-openai-model.ts";
import { completionsUrl, type OpenAiSettings } from "./openai-settings.ts";

const open: FakeLlmServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function modelAt(settings: Partial<OpenAiSettings>, ...answers: LlmAnswer[]) {
  const server = await startFakeLlmServer(...answers);
  open.push(server);
  return { server, model: createOpenAiModel({ url: server.url, model: "qwen", ...settings }) };
}

const request: ModelRequest = {
  messages: [{ role: "user", content: "hello" }],
  tools: [],
  router: {
    text: "hello",
    prediction: undefined,
    leader: undefined,
    thresholds: DEFAULT_THRESHOLDS,
  },
};

async function collect(events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const seen: ModelEvent[] = [];
  for await (const each of events) seen.push(each);
  return seen;
}

function textOf(events: readonly ModelEvent[]): string {
  return events.map((each) => (each.type === "text" ? each.text : "")).join("");
}

const idle = (): AbortSignal => new AbortController().signal;

test("it always streams, with the key, and asks for usage", async () => {
  const { server, model } = await modelAt({ apiKey: "k1" }, streams(textAnswer("Hello.")));
  const spent: Spending[] = [];
  const onSpent = (spending: Spending): void => void spent.push(spending);
  await collect(model.stream({ ...request, tools: PRIMITIVE_TOOLS, onSpent }, idle()));
  expect(spent).toMatchObject([{ promptTokens: 21, completionTokens: 7, isTold: true }]);
  const [seen] = server.requests;
  expect(seen).toMatchObject({ url: "/v1/chat/completions", authorization: "Bearer k1" });
  expect(seen?.body).toMatchObject({
    model: "qwen",
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(JSON.stringify(seen?.body["tools"])).toContain('"item_type"');
});

test("characters cut anywhere between two reads arrive whole", async () => {
  const text = "Grüße, 世界, 👩‍🚀!";
  const { model } = await modelAt({}, streams(textAnswer(text, text), 1));
  expect(textOf(await collect(model.stream(request, idle())))).toBe(text + text);
});

test("an unfinished message is continued by the server's own means", async () => {
  const { server, model } = await modelAt({ continuesMessage: true }, streams(textAnswer(" on")));
  const messages = [...request.messages, { role: "assistant", content: "Going" } as const];
  await collect(model.stream({ ...request, messages, continuesMessage: true }, idle()));
  expect(server.requests[0]?.body).toMatchObject({
    continue_final_message: true,
    add_generation_prompt: false,
    messages: [{ role: "user" }, { role: "assistant", content: "Going" }],
  });
});

test.each([
  ["401 with a plain error", "llm_rejected", refuses(401, { error: "Unauthorized" })],
  [
    "404 for a model it does not serve",
    "llm_rejected",
    refuses(404, { error: { message: "The model `x` does not exist.", code: 404 } }),
  ],
  [
    "400 for a prompt that is too long",
    "llm_context_full",
    refuses(400, { error: { message: "maximum context length", type: "BadRequestError" } }),
  ],
  ["an HTML page", "llm_unavailable", refuses(503, "<html>busy</html>")],
])("%s is %s", async (_, code, answer) => {
  const { model } = await modelAt({}, answer);
  await expect(collect(model.stream(request, idle()))).rejects.toMatchObject({ code });
});

test("a server's own words never reach the person", async () => {
  const { model } = await modelAt({}, refuses(400, { error: { message: "prompt: SECRET" } }));
  const error = await collect(model.stream(request, idle())).catch((thrown) => thrown);
  expect(JSON.stringify(LiluxError.from(error).toBody())).not.toContain("SECRET");
});

test("what is our mistake is not tried again", async () => {
  const { server, model } = await modelAt({}, refuses(401, { error: "Unauthorized" }));
  await collect(model.stream(request, idle())).catch(() => {});
  expect(server.requests).toHaveLength(1);
});

// Fails when `openStream` returns at the end of the body, or `withRetries` forgets `started`.
test("a stream without [DONE] broke off: its words stand, and it is not asked again", async () => {
  const { server, model } = await modelAt({}, streams(chunk({ content: "Half" })));
  const seen: ModelEvent[] = [];
  const reading = (async () => {
    for await (const each of model.stream(request, idle())) seen.push(each);
  })();
  await expect(reading).rejects.toMatchObject({ code: "llm_truncated", retryable: true });
  expect(textOf(seen)).toBe("Half");
  expect(server.requests).toHaveLength(1);
});

test.each([
  [
    "an error chunk",
    event({ error: { message: "CUDA out of memory", code: 500 } }),
    "llm_truncated",
  ],
  [
    "an error chunk that blames the request",
    event({ error: { message: "no", code: 400 } }),
    "llm_rejected",
  ],
  ["an error chunk that is only text", event({ error: "engine died" }), "llm_truncated"],
  ["a chunk that is no JSON", event("{half"), "llm_truncated"],
  ["a chunk of another form", event({ choices: "none" }), "llm_rejected"],
])("%s in the middle of a stream is a failure, not an answer", async (_, bad, code) => {
  const { model } = await modelAt({}, streams(chunk({ content: "Well" }) + bad + DONE));
  await expect(collect(model.stream(request, idle()))).rejects.toMatchObject({ code });
});

test("a server that dies in the middle of a stream is a truncated answer", async () => {
  const { model } = await modelAt({}, (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chunk({ content: "Half" }), () => response.destroy());
  });
  await expect(collect(model.stream(request, idle()))).rejects.toMatchObject({
    code: "llm_truncated",
  });
});

test("a server that is not there is unavailable", async () => {
  const { server, model } = await modelAt({}, streams(DONE));
  open.splice(0);
  await server.close();
  await expect(collect(model.stream(request, idle()))).rejects.toMatchObject({
    code: "llm_unavailable",
    retryable: true,
  });
});

// Fails when the request is made without `signal`, or without `stream: true` at a real server.
test("an abort closes the connection to the server", async () => {
  const { server, model } = await modelAt({}, beginsOnly(chunk({ content: "Well" })));
  const controller = new AbortController();
  const reading = (async () => {
    for await (const _ of model.stream(request, controller.signal)) {
      controller.abort(new LiluxError("cancelled"));
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  await server.requests[0]?.left;
});

test("leaving the loop early closes the connection to the server", async () => {
  const { server, model } = await modelAt({}, beginsOnly(chunk({ content: "Well" })));
  for await (const _ of model.stream(request, idle())) break;
  await server.requests[0]?.left;
});

test.each([
  ["no headers", () => {}, { connectMs: 60 }],
  ["no first token", beginsOnly(": ping\n\n"), { firstTokenMs: 60 }],
  ["no further token", beginsOnly(chunk({ content: "Well" })), { idleMs: 60 }],
])("%s in time is unavailable, and the connection is closed", async (_, answer, deadlines) => {
  const { server, model } = await modelAt({ deadlines }, answer);
  await expect(collect(model.stream(request, idle()))).rejects.toMatchObject({
    code: "llm_unavailable",
  });
  await Promise.all(server.requests.map((seen) => seen.left));
});

test("tool calls without an index, or with arguments as an object, are understood", async () => {
  const call = (name: string, given: unknown) =>
    chunk({ tool_calls: [{ id: `id-${name}`, function: { name, arguments: given } }] });
  const body = call("search", { item_type: "script", query: "a" }) + call("load", "{}") + DONE;
  const { model } = await modelAt({}, streams(body));
  expect(await collect(model.stream(request, idle()))).toEqual([
    {
      type: "tool-call",
      call: { id: "id-search", name: "search", arguments: '{"item_type":"script","query":"a"}' },
    },
    { type: "tool-call", call: { id: "id-load", name: "load", arguments: "{}" } },
  ]);
});

test.each([
  ["http://host:8000", "http://host:8000/v1/chat/completions"],
  ["http://host:8000/v1/", "http://host:8000/v1/chat/completions"],
  ["https://host/api/v1", "https://host/api/v1/chat/completions"],
  ["https://host/v1beta/openai", "https://host/v1beta/openai/chat/completions"],
  ["http://host/v1/chat/completions", "http://host/v1/chat/completions"],
])("the base address %s is called at %s", (base, url) => expect(completionsUrl(base)).toBe(url));
