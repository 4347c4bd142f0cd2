import { expect, test } from "vitest";
import { ask, modelBefore } from "../testing/ask-fake.ts";
import { chunk, DONE, event, refuses, streams } from "../testing/fake-llm-server.ts";

const HALF = "To close the valve, turn";
const said = chunk({ role: "assistant", content: HALF });
const TOOL = {
  tool_calls: [{ index: 0, id: "t1", function: { name: "search", arguments: '{"query":"pu' } }],
};

async function answerOf(...parts: string[]) {
  const { server, model } = await modelBefore([streams(parts.join(""))]);
  return { ...(await ask(model)), requests: server.requests.length };
}

test.each([
  ["length, as everybody sends it", "length", "length"],
  ["max_tokens", "max_tokens", "length"],
  ["model_length of Mistral", "model_length", "length"],
  ["LENGTH in capitals", "LENGTH", "length"],
  ["content_filter", "content_filter", "content_filter"],
  ["SAFETY of Gemini", "SAFETY", "content_filter"],
  ["sensitive of Zhipu", "sensitive", "content_filter"],
  ["refusal of Anthropic's door", "refusal", "refusal"],
  ["a reason that is not known here", "repetition_truncation", "other"],
  ["a reason that is no word", "☠ <b>stop</b>", "other"],
])("an answer that ended by %s is incomplete, and its words stand", async (_, finish, reason) => {
  const { text, error } = await answerOf(said, chunk({}, finish), DONE);
  expect(text).toBe(HALF);
  expect(error).toMatchObject({ code: "llm_incomplete", details: { reason } });
  expect(error?.message).not.toContain("<b>");
});

test.each(["error", "abort", "network_error", "insufficient_system_resource"])(
  "an answer that the server ended by %s broke off, and its words stand",
  async (finish) => {
    const { text, error, requests } = await answerOf(said, chunk({}, finish), DONE);
    expect({ text, code: error?.code, requests }).toEqual({
      text: HALF,
      code: "llm_truncated",
      requests: 1,
    });
  },
);

test.each([
  [
    "in fragments, with OpenAI's stop",
    [chunk({ refusal: "I will " }), chunk({ refusal: "not." }), chunk({}, "stop")],
  ],
  [
    "as a part of the content",
    [chunk({ content: [{ type: "refusal", refusal: "I will not." }] }, "stop")],
  ],
])("a refusal %s is shown, and is no completed answer", async (_, parts) => {
  const { text, error } = await answerOf(...parts, DONE);
  expect(text).toBe("I will not.");
  expect(error).toMatchObject({ code: "llm_incomplete", details: { reason: "refusal" } });
});

test.each([
  [
    "reasoning_content of DeepSeek, vLLM and SGLang",
    { reasoning_content: "The person wants it shut." },
  ],
  ["reasoning of OpenRouter, Ollama and Groq", { reasoning: "The person wants it shut." }],
  [
    "<think> of a server without a parser",
    { content: "<think>The person wants it shut.</think>\n" },
  ],
  ["<think> that never ends", { content: "<think>The person wants" }],
  ["thinking parts of Mistral", { content: [{ type: "thinking", thinking: [{ text: "Shut." }] }] }],
])("an answer of %s alone shows no thought and is no answer", async (_, delta) => {
  const { text, error } = await answerOf(chunk(delta), chunk({ content: "" }, "stop"), DONE);
  expect(text).toBe("");
  expect(error).toMatchObject({ code: "llm_incomplete", details: { reason: "thought_only" } });
});

test("thoughts that reach the limit of tokens are told as cut off", async () => {
  const { error } = await answerOf(chunk({ reasoning: "First, " }), chunk({}, "length"), DONE);
  expect(error).toMatchObject({ details: { reason: "length" } });
  expect(error?.message).toContain("LILUX_LLM_TOKENS_MAX");
});

test("a tool call that was cut off is not handed on", async () => {
  const { calls, error } = await answerOf(chunk(TOOL), chunk({}, "length"), DONE);
  expect(calls).toEqual([]);
  expect(error).toMatchObject({ code: "llm_incomplete" });
});

test.each([
  [
    "an event named error",
    `event: error\n${event({ message: "engine overloaded" })}`,
    "llm_truncated",
  ],
  ["an event named error with plain text", "event: error\ndata: engine died\n\n", "llm_truncated"],
  [
    "an error object of old vLLM and LMDeploy",
    event({ object: "error", message: "Bad.", type: "BadRequestError", param: null, code: 400 }),
    "llm_rejected",
  ],
  ["FastAPI's detail", event({ detail: "Internal failure" }), "llm_truncated"],
  [
    "FastAPI's list of details",
    event({ detail: [{ loc: ["body", "messages"], msg: "field required" }] }),
    "llm_truncated",
  ],
  ["an error as text", event({ error: "worker lost" }), "llm_truncated"],
  [
    "TGI's error with its type",
    event({ error: "Input validation error", error_type: "validation" }),
    "llm_rejected",
  ],
  [
    "Together's nested error",
    event({ error: { error: { message: "No.", code: "422" } } }),
    "llm_rejected",
  ],
  [
    "Gemini's error in a list",
    event([{ error: { code: 429, message: "Slow down.", status: "RESOURCE_EXHAUSTED" } }]),
    "llm_truncated",
  ],
  [
    "OpenRouter's error beside a choice",
    event({
      id: "g",
      error: { code: 502, message: "Provider lost" },
      choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
    }),
    "llm_truncated",
  ],
  [
    "an error within a choice",
    event({ choices: [{ index: 0, error: { code: 400, message: "No." } }] }),
    "llm_rejected",
  ],
  [
    "Anthropic's typed error",
    event({ type: "error", error: { type: "overloaded_error", message: "Busy" } }),
    "llm_truncated",
  ],
  ["message and code", event({ code: 500, message: "Out of memory" }), "llm_truncated"],
  ["msg and code", event({ code: 1302, msg: "Too many" }), "llm_truncated"],
  ["Baidu's error_code", event({ error_code: 336003, error_msg: "No messages" }), "llm_truncated"],
  [
    "problem details",
    event({ type: "about:blank", title: "Not allowed", status: 403, detail: "No." }),
    "llm_rejected",
  ],
  ["a list of errors", event({ errors: [{ message: "No capacity" }] }), "llm_truncated"],
])("%s after HTTP 200 is a failure, and what was said stands", async (_, bad, code) => {
  const { text, error } = await answerOf(said, bad, DONE);
  expect(text).toBe(HALF);
  expect(error).toMatchObject({ code });
});

test.each([
  [
    "an error object",
    { error: { message: "The prompt is too long.", code: 400 } },
    /longer than the language model can read/,
  ],
  ["a detail", { detail: "Model is not ready" }, /does not answer/],
  ["something that is no answer", { status: "ok" }, /no language model's answer/],
])("%s as a whole JSON body with HTTP 200 is a failure", async (_, body, message) => {
  const { model } = await modelBefore([refuses(200, body)]);
  expect((await ask(model)).error?.message).toMatch(message);
});

test("a page with HTTP 200 is told as something that is no model server", async () => {
  const { model } = await modelBefore([refuses(200, "<!doctype html><title>Sign in</title>")]);
  expect((await ask(model)).error).toMatchObject({
    code: "llm_rejected",
    message: expect.stringContaining("LILUX_LLM_URL"),
  });
});

test.each([
  [
    "vLLM's too long prompt",
    400,
    {
      error: {
        message: "This model's maximum context length is 4096 tokens.",
        param: "input_tokens",
      },
    },
    /longer than/,
  ],
  [
    "llama.cpp's too long prompt",
    400,
    {
      error: {
        code: 400,
        message: "the request exceeds the available context size",
        type: "exceed_context_size_error",
      },
    },
    /longer than/,
  ],
  [
    "a too long prompt told as 500",
    500,
    { error: "input is too long for this model" },
    /longer than/,
  ],
  [
    "an account without credit",
    402,
    { error: { message: "Insufficient Balance" } },
    /nothing left/,
  ],
  [
    "a spent quota told as 429",
    429,
    { error: { code: "insufficient_quota", message: "You exceeded your current quota" } },
    /nothing left/,
  ],
  ["a wrong key", 401, { error: "Unauthorized" }, /LILUX_LLM_API_KEY/],
  ["a model nobody serves", 404, { error: { message: "model 'x' not found" } }, /LILUX_LLM_MODEL/],
])("%s is told in a sentence for a person, and asked once", async (_, status, body, message) => {
  const { server, model } = await modelBefore([refuses(status, body)]);
  const { error } = await ask(model);
  expect(error?.message).toMatch(message);
  expect(error?.message).not.toMatch(/send it again/i);
  expect(server.requests).toHaveLength(1);
});
