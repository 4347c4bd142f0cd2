import { expect, test } from "vitest";
import { ask, modelBefore, PLAIN_REQUEST } from "../testing/ask-fake.ts";
import {
  chunk,
  DONE,
  event,
  type LlmAnswer,
  refuses,
  streams,
} from "../testing/fake-llm-server.ts";

const SENTENCE = "The valve is open.";
const first = chunk({ role: "assistant", content: "The valve" });
const rest = chunk({ content: " is open." });
const stop = chunk({}, "stop");
const usage = (counts: unknown): string => event({ choices: [], usage: counts });
const choice = (more: object): string => event({ choices: [{ index: 0, ...more }] });

async function answerOf(body: string) {
  const { model } = await modelBefore([streams(body)]);
  return ask(model);
}

const WHOLE: [string, string][] = [
  ["null choices first", event({ choices: null }) + first + rest + stop + DONE],
  ["a chunk without choices", event({ id: "c" }) + first + rest + stop + DONE],
  [
    "Azure's filter results first",
    event({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] }) +
      first +
      rest +
      stop +
      DONE,
  ],
  [
    "Azure's filter results with each chunk",
    choice({
      delta: { content: SENTENCE },
      content_filter_results: { hate: { filtered: false } },
    }) +
      stop +
      DONE,
  ],
  ["a null delta last", first + rest + choice({ delta: null, finish_reason: "stop" }) + DONE],
  ["no delta last", first + rest + choice({ finish_reason: "stop" }) + DONE],
  [
    "null content and null calls",
    chunk({ content: null, tool_calls: null, function_call: null, refusal: null }) +
      first +
      rest +
      stop +
      DONE,
  ],
  [
    "null error fields",
    event({ error: null, detail: null, choices: [{ index: 0, delta: { content: SENTENCE } }] }) +
      stop +
      DONE,
  ],
  [
    "an empty error object",
    event({ error: {}, choices: [{ delta: { content: SENTENCE } }] }) + stop + DONE,
  ],
  [
    "content as parts",
    chunk({
      content: [
        { type: "text", text: "The valve" },
        { type: "text", text: " is open." },
      ],
    }) +
      stop +
      DONE,
  ],
  [
    "content as one part",
    chunk({ content: { type: "output_text", text: SENTENCE } }) + stop + DONE,
  ],
  [
    "Mistral's thoughts before its text",
    chunk({
      content: [
        { type: "thinking", thinking: [] },
        { type: "text", text: SENTENCE },
      ],
    }) +
      stop +
      DONE,
  ],
  [
    "DeepSeek's thoughts before its text",
    chunk({ reasoning_content: "Hm.", content: null }) + first + rest + stop + DONE,
  ],
  ["an empty finish_reason in each chunk", chunk({ content: SENTENCE }, "") + stop + DONE],
  ["TGI's eos_token", first + rest + chunk({}, "eos_token") + DONE],
  ["Cohere's COMPLETE", first + rest + chunk({}, "COMPLETE") + DONE],
  ["an event without data", `${first}event: ping\ndata: \n\n${rest}${stop}${DONE}`],
  [
    "a named event of another kind",
    `${first}event: ping\ndata: {"type":"ping"}\n\n${rest}${stop}${DONE}`,
  ],
  [
    "a named event that is no JSON",
    `${first}event: heartbeat\ndata: still here\n\n${rest}${stop}${DONE}`,
  ],
  ["events named message", `event: message\n${first}event: message\n${rest}${stop}${DONE}`],
  ["comments of OpenRouter", `: OPENROUTER PROCESSING\n\n${first}: ping\n\n${rest}${stop}${DONE}`],
  ["ids and retries", `retry: 500\nid: 1\n${first}id: 2\n${rest}${stop}${DONE}`],
  ["CRLF and a byte order mark", `\uFEFF${(first + rest + stop + DONE).replaceAll("\n", "\r\n")}`],
  ["[DONE] with a space behind it", `${first}${rest}${stop}data: [DONE] \n\n`],
  ["[done] in small letters", `${first}${rest}${stop}data:[done]\n\n`],
  ["an event named done", `${first}${rest}${stop}event: done\ndata: {}\n\n`],
  ["[DONE] and no finish_reason", first + rest + DONE],
  ["a finish_reason and no [DONE]", first + rest + stop],
  [
    "a finish_reason in the last words' chunk and no [DONE]",
    first + chunk({ content: " is open." }, "stop"),
  ],
  [
    "llama.cpp's timings",
    `${first}${rest}${event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], timings: { prompt_ms: 1.5 } })}${DONE}`,
  ],
  [
    "the whole message once more at the end",
    first +
      rest +
      choice({ message: { role: "assistant", content: SENTENCE }, finish_reason: "stop" }) +
      DONE,
  ],
  [
    "text where a completion has it",
    choice({ text: SENTENCE }) + choice({ text: "", finish_reason: "stop" }) + DONE,
  ],
  [
    "a second answer nobody asked for",
    event({
      choices: [
        { index: 1, delta: { content: "No." } },
        { index: 0, delta: { content: SENTENCE } },
      ],
    }) +
      stop +
      DONE,
  ],
  [
    "extra fields everywhere",
    event({
      choices: [{ index: "0", delta: { content: SENTENCE, audio: 7 }, logprobs: [] }],
      usage: null,
      service_tier: 3,
    }) +
      stop +
      DONE,
  ],
];

test.each(WHOLE)("%s: the answer is the whole sentence", async (_, body) => {
  const { text, error } = await answerOf(body);
  expect({ text, error }).toEqual({ text: SENTENCE, error: undefined });
});

test.each([
  ["at once", ["<think>Hm.</think>\n\nThe valve is open."]],
  ["character by character", [..."\n<think>Is <b> a tag?</b></think>The valve is open."]],
])("thoughts that a server leaves before the text, sent %s, are not shown", async (_, pieces) => {
  const { text, error } = await answerOf(
    pieces.map((content) => chunk({ content })).join("") + stop + DONE,
  );
  expect({ text, error }).toEqual({ text: SENTENCE, error: undefined });
});

test.each(["<", "<thi", "<thinner walls> leak", "Write <think> yourself</think>.", " <b>bold</b>"])(
  "an answer that only looks like a thought is an answer: %s",
  async (answer) => {
    const { text } = await answerOf(
      [...answer].map((content) => chunk({ content })).join("") + stop + DONE,
    );
    expect(text).toBe(answer);
  },
);

const unknown = { promptTokens: undefined, completionTokens: undefined };
test.each([
  ["nothing", {}, unknown],
  ["null counts", { prompt_tokens: null, completion_tokens: null, total_tokens: 9 }, unknown],
  ["the total only", { total_tokens: 9 }, unknown],
  ["one of two", { completion_tokens: 5 }, { promptTokens: undefined, completionTokens: 5 }],
  [
    "fractions",
    { prompt_tokens: 2.5, completion_tokens: 4 },
    { promptTokens: 3, completionTokens: 4 },
  ],
  [
    "numbers as text",
    { prompt_tokens: "12", completion_tokens: "7" },
    { promptTokens: 12, completionTokens: 7 },
  ],
  [
    "less than nothing",
    { prompt_tokens: -1, completion_tokens: 4 },
    { promptTokens: undefined, completionTokens: 4 },
  ],
  [
    "other names",
    { input_tokens: 12, output_tokens: 7 },
    { promptTokens: 12, completionTokens: 7 },
  ],
  ["text", "many", undefined],
])("usage that says %s never costs the answer", async (_, counts, told) => {
  const asked = await answerOf(first + rest + stop + usage(counts) + DONE);
  expect(asked).toMatchObject({ text: SENTENCE, error: undefined });
  expect(asked.usage).toEqual(told);
});

test("running totals of an answer are not added up: the last one counts", async () => {
  const running = (content: string, completion_tokens: number): string =>
    event({
      choices: [{ index: 0, delta: { content } }],
      usage: { prompt_tokens: 10, completion_tokens, total_tokens: 10 + completion_tokens },
    });
  const asked = await answerOf(running("The valve", 2) + running(" is open.", 5) + stop + DONE);
  expect(asked.usage).toEqual({ promptTokens: 10, completionTokens: 5 });
});

test("an answer that was not streamed is shown, with its calls and its usage", async () => {
  const call = { id: "c1", type: "function", function: { name: "load", arguments: "{}" } };
  const message = { role: "assistant", content: SENTENCE, tool_calls: [call] };
  const { model } = await modelBefore([
    refuses(200, {
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: "tool_calls" }],
      usage: { prompt_tokens: 1, completion_tokens: 5, total_tokens: 6 },
    }),
  ]);
  expect(await ask(model)).toEqual({
    text: SENTENCE,
    calls: [{ id: "c1", name: "load", arguments: "{}" }],
    usage: { promptTokens: 1, completionTokens: 5 },
    error: undefined,
  });
});

/** Sends the answer's beginning and leaves the stream open. */
const staysOpen =
  (body: string, then: (write: (text: string) => void) => void = () => {}): LlmAnswer =>
  (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(body);
    then((text) => void response.write(text));
  };

test("a server that finished and neither says so nor closes does not keep the person waiting", async () => {
  const deadlines = { idleMs: 60_000, firstTokenMs: 60_000 };
  const { server, model } = await modelBefore([staysOpen(first + rest + stop)], { deadlines });
  expect(await ask(model)).toMatchObject({ text: SENTENCE, error: undefined });
  await server.requests[0]?.left;
});

test("a connection that is lost after the model finished costs nothing", async () => {
  const { model } = await modelBefore([
    (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(first + rest + stop, () => response.destroy());
    },
  ]);
  expect(await ask(model)).toMatchObject({ text: SENTENCE, error: undefined });
});

// Mutant: `onComment` left out of the parser's options, or `onLife` not called for empty events.
test.each([
  ["comments", ": ping\n\n"],
  ["events without data", "event: ping\ndata:\n\n"],
])(
  "%s are signs of life: a model that thinks longer than the first token may take is waited for",
  async (_, sign) => {
    const firstTokenMs = 400;
    const signs = 12;
    const { server, model } = await modelBefore(
      [
        staysOpen(sign, (write) => {
          let sent = 0;
          const timer = setInterval(() => {
            sent += 1;
            if (sent <= signs) write(sign);
            else {
              clearInterval(timer);
              write(first + rest + stop + DONE);
            }
          }, firstTokenMs / 8);
        }),
      ],
      { deadlines: { firstTokenMs } },
    );
    expect(await ask(model)).toMatchObject({ text: SENTENCE, error: undefined });
    expect(server.requests).toHaveLength(1);
  },
);

test("signs of life are bounded by the caller's own deadline", async () => {
  const { server, model } = await modelBefore([
    staysOpen(": ping\n\n", (write) => {
      const timer = setInterval(() => write(": ping\n\n"), 20);
      timer.unref();
    }),
  ]);
  const { error } = await ask(model, PLAIN_REQUEST, AbortSignal.timeout(300));
  expect(error?.code).toBe("deadline_exceeded");
  await server.requests[0]?.left;
});
