import { expect, onTestFinished, test } from "vitest";
import {
  chunk,
  DONE,
  event,
  type LlmAnswer,
  startFakeLlmServer,
  streams,
  textAnswer,
  toolAnswer,
} from "./model/testing/fake-llm-server.ts";
import { createHarness, endOf, textOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";

async function start(...answers: LlmAnswer[]) {
  const server = await startFakeLlmServer(...answers);
  onTestFinished(() => server.close());
  const config = { languageModel: { url: server.url, model: "qwen" } };
  const kiwi = { search: async () => SEARCH_RESULT };
  return { server, ...(await createHarness({ kiwi, config })) };
}

const asking = turnRequest({ kind: "ask", text: "which scripts send email?" });
const searches = streams(toolAnswer("search", SEARCH.arguments));
const says = (...parts: string[]): LlmAnswer => streams(parts.join("") + DONE);
const half = chunk({ content: "There are" });

test.each([
  ["cut off at its limit", chunk({}, "length"), "llm_incomplete", /cut off/],
  ["stopped by a content filter", chunk({}, "content_filter"), "llm_incomplete", /filter/],
  [
    "ended by an error event",
    `event: error\n${event({ message: "engine lost" })}`,
    "llm_truncated",
    /broke off/,
  ],
  ["ended for an unknown reason", chunk({}, "odd_reason"), "llm_incomplete", /odd_reason/],
])(
  "a turn whose answer was %s has failed and says why, and what was said stands",
  async (_, end, code, message) => {
    const { run } = await start(says(half, end));
    const events = await run(asking);
    expect(textOf(events)).toBe("There are");
    expect(endOf(events)).toMatchObject({
      outcome: "failed",
      error: { code, message: expect.stringMatching(message) },
    });
  },
);

test("what was shown of a turn that failed is known in the next one", async () => {
  const { run, server } = await start(says(half, chunk({}, "length")), streams(textAnswer("Two.")));
  await run(asking);
  await run(turnRequest({ kind: "ask", turnId: "turn-2", text: "go on" }, { sequence: 2 }));
  expect(JSON.stringify(server.requests[1]?.body["messages"])).toContain("There are");
});

test("a turn in which the model said nothing at all is not completed", async () => {
  const { run } = await start(says(chunk({ content: "" }), chunk({}, "stop")));
  expect(endOf(await run(asking))).toMatchObject({
    outcome: "failed",
    error: { code: "llm_incomplete", details: { reason: "empty" } },
  });
});

// Mutant: `onlyOutcome` that finds nothing (the turn has failed, and its person does not see what was found).
test("the only call of a turn is shown by itself where no word follows it", async () => {
  const { run } = await start(searches, says(chunk({}, "stop")));
  const events = await run(asking);
  expect(events.find(({ type }) => type === "call-end")).toMatchObject({ ok: true });
  expect(textOf(events)).toMatch(/send_email/);
  expect(endOf(events).outcome).toBe("completed");
});

// Mutant: `onlyOutcome` without `callsTried`.
test("several calls and no word after them are not a completed turn, and the calls stand", async () => {
  const other = streams(toolAnswer("search", { ...SEARCH.arguments, query: "letters" }));
  const { run } = await start(searches, other, says(chunk({}, "stop")));
  const events = await run(asking);
  expect(events.filter(({ type }) => type === "call-end")).toHaveLength(2);
  expect(endOf(events)).toMatchObject({ outcome: "failed", error: { code: "llm_incomplete" } });
});

test("a model that spoke before its last call may end without another word", async () => {
  const call = {
    index: 0,
    id: "t",
    function: { name: "search", arguments: JSON.stringify(SEARCH.arguments) },
  };
  const speaksAndCalls =
    chunk({ content: "Here they are:" }) + chunk({ tool_calls: [call] }, "tool_calls");
  const { run } = await start(says(speaksAndCalls), says(chunk({}, "stop")));
  expect(endOf(await run(asking)).outcome).toBe("completed");
});

test("an explanation that was cut off says so, and the result follows in its plain form", async () => {
  const { run } = await start(says(chunk({ content: "I found" }), chunk({}, "length")));
  const request = turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.95)) });
  const events = await run(request);
  expect(textOf(events)).toMatch(/^I found\n\n\(The explanation broke off.*\)\n\n.*send_email/s);
  expect(endOf(events).outcome).toBe("completed");
});

test("an explanation without a word is replaced by the result's plain form", async () => {
  const { run } = await start(says(chunk({ reasoning_content: "Hm." }), chunk({}, "stop")));
  const request = turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.95)) });
  const events = await run(request);
  expect(textOf(events)).toMatch(/send_email/);
  expect(textOf(events)).not.toContain("broke off");
  expect(endOf(events).outcome).toBe("completed");
});

const WRITTEN = `<tool_call>${JSON.stringify({ name: SEARCH.name, arguments: SEARCH.arguments })}</tool_call>`;

test("a call that a server leaves in the model's text is made like any other", async () => {
  const { run } = await start(streams(textAnswer("I look.", WRITTEN)), streams(textAnswer("One.")));
  const events = await run(asking);
  expect(events.find(({ type }) => type === "call-end")).toMatchObject({ ok: true });
  expect(textOf(events)).toBe("I look.\n\nOne.");
});

// Fails when `streamed` hands on what was written as a call where none may be made.
test("a model that writes calls instead of an explanation is asked once more without tools", async () => {
  const { run, server } = await start(
    streams(textAnswer(WRITTEN)),
    streams(textAnswer("One sends mail.")),
    streams(textAnswer(WRITTEN)),
  );
  const sure = prediction(candidate(SEARCH, 0.95));
  const explained = await run(turnRequest({}, { prediction: sure }));
  expect(textOf(explained)).toBe("One sends mail.");
  const next = turnRequest({ turnId: "turn-2" }, { sequence: 2, prediction: sure });
  const plain = await run(next);
  expect(textOf(plain)).toMatch(/send_email/);
  expect(textOf(plain)).not.toMatch(/tool_call|broke off/);
  expect(endOf(plain).outcome).toBe("completed");
  expect(server.requests.map(({ body }) => "tools" in body)).toEqual([true, false, false]);
});

test("arguments that were written as JSON twice run the call they mean", async () => {
  const twice = JSON.stringify(JSON.stringify(SEARCH.arguments));
  const call = { index: 0, id: "t", function: { name: "search", arguments: twice } };
  const { run } = await start(
    says(chunk({ tool_calls: [call] }, "tool_calls")),
    streams(textAnswer("One.")),
  );
  const events = await run(asking);
  expect(events.find(({ type }) => type === "call-end")).toMatchObject({ ok: true });
  expect(textOf(events)).toBe("One.");
});

test("tokens that a server tells with every chunk are counted once an answer", async () => {
  const running = (content: string, completion_tokens: number): string =>
    event({ choices: [{ delta: { content } }], usage: { prompt_tokens: 10, completion_tokens } });
  const { run, metrics } = await start(
    says(running("One", 2), running(" script.", 5), chunk({}, "stop")),
  );
  expect(endOf(await run(asking)).usage).toMatchObject({ promptTokens: 10, completionTokens: 5 });
  expect(await metrics()).toContain('tokens_total{kind="completion"} 5');
});
