import { Type } from "typebox";
import { expect, test } from "vitest";
import { ask, modelBefore, PLAIN_REQUEST } from "../testing/ask-fake.ts";
import { type LlmAnswer, refuses, streams, textAnswer } from "../testing/fake-llm-server.ts";
import { PRIMITIVE_TOOLS } from "../tool-definitions.ts";

const tools = PRIMITIVE_TOOLS;

/** Refuses each request that has one of the fields, in the words given, and answers the others. */
function refusing(status: number, ...rules: [field: string, body: unknown][]): LlmAnswer {
  return (request, response) => {
    const rule = rules.find(([field]) => field in request.body);
    const answer =
      rule === undefined
        ? streams(textAnswer('{"run":true,"reason":"it fits"}'))
        : refuses(status, rule[1]);
    return answer(request, response);
  };
}

const RENAMED = {
  error: {
    message:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    param: "max_tokens",
    code: "unsupported_parameter",
  },
};

test("a server that wants max_completion_tokens gets it, at once from the second request on", async () => {
  const { server, model } = await modelBefore([refusing(400, ["max_tokens", RENAMED])]);
  expect((await ask(model)).error).toBeUndefined();
  expect((await ask(model)).error).toBeUndefined();
  expect(server.requests).toHaveLength(3);
  expect(server.requests.at(-1)?.body).toMatchObject({ max_completion_tokens: 2_048 });
});

test.each([
  [
    "OpenAI's older words",
    "stream_options",
    400,
    { error: { message: "Unrecognized request argument supplied: stream_options" } },
  ],
  [
    "FastAPI's place",
    "stream_options",
    422,
    {
      detail: [
        {
          type: "extra_forbidden",
          loc: ["body", "stream_options"],
          msg: "Extra inputs are not permitted",
        },
      ],
    },
  ],
  [
    "Mistral's place",
    "stream_options",
    422,
    {
      object: "error",
      message: {
        detail: [{ loc: ["body", "stream_options"], msg: "Extra inputs are not permitted" }],
      },
    },
  ],
  [
    "a Python server that fails of it",
    "stream_options",
    500,
    { error: "create() got an unexpected keyword argument 'stream_options'" },
  ],
  ["plain text", "tool_choice", 400, "tool_choice is not supported"],
  [
    "a field by its path",
    "tool_choice",
    400,
    { error: { message: "Invalid value", param: "tool_choice.type" } },
  ],
  [
    "Gemini's list",
    "stream_options",
    400,
    [
      {
        error: {
          code: 400,
          message:
            'Invalid JSON payload received. Unknown name "stream_options": Cannot find field.',
        },
      },
    ],
  ],
  [
    "a word of 501",
    "tool_choice",
    501,
    { error: { message: "tool_choice is not implemented: not supported" } },
  ],
])("%s: what is refused is left out, and not sent again", async (_, field, status, body) => {
  const { server, model } = await modelBefore([refusing(status, [field, body])]);
  expect((await ask(model, { tools })).error).toBeUndefined();
  expect((await ask(model, { tools })).error).toBeUndefined();
  expect(server.requests).toHaveLength(3);
  expect(server.requests[0]?.body).toHaveProperty(field);
  expect(server.requests.at(-1)?.body).not.toHaveProperty(field);
});

test("a server that refuses one thing after the other is learnt in one request", async () => {
  const no = (field: string) => ({ error: { message: `Unknown field: ${field}` } });
  const { server, model } = await modelBefore([
    refusing(
      400,
      ["max_tokens", no("max_tokens")],
      ["max_completion_tokens", no("max_completion_tokens")],
      ["stream_options", no("stream_options")],
      ["tool_choice", no("tool_choice")],
    ),
  ]);
  expect((await ask(model, { tools })).error).toBeUndefined();
  expect(Object.keys(server.requests.at(-1)?.body ?? {}).toSorted()).toEqual([
    "messages",
    "model",
    "stream",
    "tools",
  ]);
});

test.each([
  [
    "Ollama",
    { error: { message: "registry.example/gemma:1b does not support tools", type: "api_error" } },
  ],
  ["OpenRouter", { error: { message: "No endpoints found that support tool use.", code: 404 } }],
  ["Groq", { error: { message: "`tool calling` is not supported with this model" } }],
  ["Gemini", [{ error: { code: 400, message: "Function calling is not enabled for this model" } }]],
  [
    "vLLM without its flags",
    {
      error: {
        message:
          '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      },
    },
  ],
])("a model of %s that takes no tools still converses", async (_, body) => {
  const { server, model } = await modelBefore([refusing(400, ["tools", body])]);
  expect((await ask(model, { tools })).error).toBeUndefined();
  expect(server.requests.at(-1)?.body).not.toHaveProperty("tool_choice");
});

test("a structured answer falls from a schema to JSON, and from that to words", async () => {
  const no = {
    error: { message: "response_format: value is not supported", param: "response_format" },
  };
  const { server, model } = await modelBefore([refusing(400, ["response_format", no])]);
  const schema = Type.Object({ run: Type.Boolean(), reason: Type.String() });
  const request = { ...PLAIN_REQUEST, name: "verify_call", schema, tokensMax: 64 };
  expect(await model.structured(request, new AbortController().signal)).toMatchObject({
    run: true,
  });
  expect(server.requests.map(({ body }) => body["response_format"])).toMatchObject([
    { type: "json_schema" },
    { type: "json_object" },
    undefined,
  ]);
});

test("a server that does not stream is asked without, and its answer is shown", async () => {
  const no = {
    error: {
      message: "Unsupported value: 'stream' does not support true with this model.",
      param: "stream",
    },
  };
  const whole = {
    choices: [{ message: { content: "The valve is open." }, finish_reason: "stop" }],
  };
  const { server, model } = await modelBefore([
    (request, response) => {
      const isStreamed = request.body["stream"] === true;
      return refuses(isStreamed ? 400 : 200, isStreamed ? no : whole)(request, response);
    },
  ]);
  expect(await ask(model)).toMatchObject({ text: "The valve is open.", error: undefined });
  expect(server.requests.at(-1)?.body).not.toHaveProperty("stream_options");
});

test("a limit that is beyond the server's own is left to the server", async () => {
  const body = {
    error: { message: "max_tokens is too large: 2048. This model supports at most 1024." },
  };
  const { server, model } = await modelBefore([refusing(400, ["max_tokens", body])]);
  expect((await ask(model)).error).toBeUndefined();
  expect(server.requests).toHaveLength(2);
});

test.each([
  [
    "what cannot be left out",
    { error: { message: "messages: must alternate", param: "messages" } },
  ],
  [
    "one of our tools",
    {
      error: {
        message: "Invalid schema for function 'search'",
        param: "tools[0].function.parameters",
      },
    },
  ],
  [
    "messages, in words that speak of tools",
    { error: { message: "Invalid messages: tools must be answered" } },
  ],
  ["nothing that is named", { error: { message: "No." } }],
])("a refusal of %s is the answer, after one request", async (_, body) => {
  const { server, model } = await modelBefore([refuses(400, body)]);
  expect((await ask(model, { tools })).error).toMatchObject({ code: "llm_rejected" });
  expect(server.requests).toHaveLength(1);
});

test("a length that the window does not leave is asked for once more, shorter", async () => {
  const message =
    "'max_tokens' is too large: 2048. This model's maximum context length is 4096 tokens.";
  const tooLong = refuses(400, { error: { message } });
  const { server, model } = await modelBefore([tooLong, streams(textAnswer("Yes."))]);
  expect(await ask(model, { tools })).toMatchObject({ text: "Yes.", error: undefined });
  const [first, second] = server.requests.map(({ body }) => Number(body["max_tokens"]));
  expect(second).toBeLessThan(first ?? 0);
  expect(server.requests).toHaveLength(2);
});

// Mutant: `learn` returns a lesson although nothing is left to try.
test("a server that refuses what was changed at its word is not asked for ever", async () => {
  const no = { error: { message: "stream is not supported", param: "stream" } };
  const { server, model } = await modelBefore([refuses(400, no)]);
  expect((await ask(model)).error).toMatchObject({ code: "llm_rejected" });
  expect(server.requests.map(({ body }) => body["stream"])).toEqual([true, false]);
});

test("two servers do not share what was learnt of one", async () => {
  const strict = await modelBefore([refusing(400, ["max_tokens", RENAMED])]);
  await ask(strict.model);
  const plain = await modelBefore([streams(textAnswer("Hello."))]);
  await ask(plain.model);
  expect(plain.server.requests[0]?.body).toHaveProperty("max_tokens");
});
