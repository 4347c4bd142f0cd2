import type { TurnRequest } from "@lilux/protocol";
import { expect, onTestFinished, test } from "vitest";
import { startStrictServer } from "./model/testing/strict-server/start-strict-server.ts";
import type {
  Asked,
  StrictReply,
  StrictRules,
} from "./model/testing/strict-server/strict-rules.ts";
import { createHarness, endOf, textOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";

/** The orchestrator before one server with vLLM's rules, configured with its address alone. */
async function before(rules: Partial<StrictRules> = {}) {
  const server = await startStrictServer(rules);
  const harness = await createHarness({
    config: {
      languageModel: { url: server.url },
      verifyWithin: { decisionMs: 60_000, verdictMs: 60_000 },
    },
    kiwi: { search: async () => SEARCH_RESULT },
  });
  onTestFinished(() => harness.service.stop());
  return { server, ...harness };
}

/** Searches once, then says what it found. */
function searches({ messages, tools }: Asked): StrictReply {
  const found = messages.some(({ content }) => content?.includes("send_email"));
  if (found || tools.length === 0) return { text: "There is one for it: send_email." };
  return { text: "I look.", calls: [SEARCH] };
}

function asks(sequence: number, text: string, rest: Partial<TurnRequest> = {}): TurnRequest {
  return turnRequest({ kind: "ask", turnId: `turn-${sequence}`, text }, { sequence, ...rest });
}

test("a default server without a model's name in the settings answers a question", async () => {
  const { run } = await before({ parsesCalls: false });
  const events = await run(asks(1, "what is a mutex good for?"));
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
});

test.each(["hermes", "mistral", "gemma-2", "gemma-3"] as const)(
  "with a %s template a conversation, calls, their explanation and a doubtful call are completed",
  async (template) => {
    const { run, server } = await before({ template, reply: searches });
    const called = await run(asks(1, "is there a script for mail?"));
    expect(textOf(called)).toBe("I look.\n\nThere is one for it: send_email.");
    const talked = await run(asks(2, "thanks"));
    const sure = prediction(candidate(SEARCH, 0.95));
    const explained = await run(
      turnRequest({ turnId: "turn-3" }, { prediction: sure, sequence: 3 }),
    );
    const doubted = prediction(candidate(SEARCH, 0.7));
    const verified = await run(
      turnRequest({ turnId: "turn-4" }, { prediction: doubted, sequence: 4 }),
    );
    for (const events of [called, talked, explained, verified]) {
      expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
    }
    expect(textOf(explained)).toBe("There is one for it: send_email.");
    expect(verified.some(({ type }) => type === "call-end")).toBe(true);
    expect(server.turns().map(({ status }) => status)).toEqual(server.turns().map(() => 200));
  },
);

test.each(["hermes", "mistral", "gemma-2", "gemma-3"] as const)(
  "with a %s template the last of many rounds is answered, too",
  async (template) => {
    let calls = 0;
    const reply = ({ tools }: Asked): StrictReply => {
      calls += 1;
      const query = `mail ${calls}`;
      const call = { ...SEARCH, arguments: { ...SEARCH.arguments, query } };
      return tools.length === 0 ? { text: "Enough." } : { calls: [call] };
    };
    const { run } = await before({ template, reply });
    const events = await run(asks(1, "look for everything"));
    expect(textOf(events)).toBe("Enough.");
    expect(endOf(events).outcome).toBe("completed");
  },
);

// Fails when `fitPrompt` is left out, and when `max_tokens` is not bounded by what is left.
test.each([
  ["prose", "The pump runs dry when the valve stays shut. "],
  ["digits", "8675309 "],
  ["another script", "ポンプのバルブを閉じる。"],
  ["code", 'if (a[i] != b[j]) { x += "\\t"; } '],
])(
  "thirty long turns of %s in a small window all complete, and none is beyond it",
  async (_, piece) => {
    const window = 4_096;
    const { run, server } = await before({ window });
    for (let sequence = 1; sequence <= 30; sequence += 1) {
      const text = `${sequence}: ${piece.repeat(200)}`.slice(0, 1_500);
      const events = await run(asks(sequence, text));
      expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
      const sent = server.turns().at(-1);
      expect(sent?.promptTokens).toBeLessThanOrEqual(window - window / 16);
      expect(JSON.stringify(sent?.body["messages"])).toContain(JSON.stringify(text).slice(1, -1));
    }
    expect(server.turns()).toHaveLength(30);
  },
  60_000,
);

test("a window that nobody told is learnt from the first refusal, and the turn completes", async () => {
  const { run, server } = await before({ window: 3_000, tellsWindow: false, tokenizes: false });
  for (let sequence = 1; sequence <= 12; sequence += 1) {
    const events = await run(asks(sequence, `${sequence} ${"long line ".repeat(100)}`));
    expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
  }
  expect(server.turns().filter(({ status }) => status === 400).length).toBeLessThanOrEqual(2);
});

test("a line that no window holds says so about the conversation, is not remembered, and the next one is answered", async () => {
  const { run } = await before({ window: 2_048 });
  const events = await run(asks(1, "123 ".repeat(1_900)));
  expect(endOf(events)).toMatchObject({
    outcome: "failed",
    error: { code: "llm_context_full", message: expect.stringContaining("conversation") },
  });
  const next = await run(asks(2, "thanks"));
  expect(endOf(next)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
});

test("a long result in a small window is cut, and the turn completes", async () => {
  const [found] = SEARCH_RESULT.results;
  const many = Array.from({ length: 60 }, () => found);
  const server = await startStrictServer({ window: 2_048, reply: searches });
  const harness = await createHarness({
    config: { languageModel: { url: server.url } },
    kiwi: {
      search: async () => ({ ...SEARCH_RESULT, results: many as typeof SEARCH_RESULT.results }),
    },
  });
  onTestFinished(() => harness.service.stop());
  expect(endOf(await harness.run(asks(1, "is there a script for mail?")))).toMatchObject({
    outcome: "completed",
    usage: { model: "base" },
  });
});

// Fails when history slides by one turn, or a turn's tools or system text change.
test("in forty turns the prompt begins as the one before it, except in one turn of five", async () => {
  const { run, server } = await before({ window: 8_192 });
  const shares: number[] = [];
  let previous = "";
  for (let sequence = 1; sequence <= 40; sequence += 1) {
    await run(asks(sequence, `${sequence}: ${"the pump ".repeat(30)}`));
    const prompt = JSON.stringify(server.turns().at(-1)?.body["messages"]);
    let same = 0;
    while (same < prompt.length && prompt[same] === previous[same]) same += 1;
    shares.push(same / prompt.length);
    previous = prompt;
  }
  const low = shares.slice(1).filter((share) => share < 0.75);
  expect(low.length).toBeLessThanOrEqual(40 / 5);
});

// Fails when `explain` or `verifyCall` leave out the tools, or a last round does.
test("verify, explanations and last rounds begin their prompts with the tools of all others, and call nothing", async () => {
  const { run, server } = await before({ reply: searches });
  await run(asks(1, "is there a script for mail?"));
  for (const [sequence, sure] of [
    [2, 0.95],
    [3, 0.7],
  ] as const) {
    const request = turnRequest({ turnId: `turn-${sequence}` }, { sequence });
    const events = await run({ ...request, prediction: prediction(candidate(SEARCH, sure)) });
    expect(endOf(events).outcome).toBe("completed");
  }
  const bodies = server.turns().map(({ body }) => body);
  expect(bodies.map(({ tool_choice }) => tool_choice)).toEqual([
    "auto",
    "auto",
    "none",
    "none",
    "none",
  ]);
  const [system, tools] = [new Set<string>(), new Set<string>()];
  for (const body of bodies) {
    system.add(JSON.stringify((body["messages"] as unknown[])[0]));
    tools.add(JSON.stringify(body["tools"]));
  }
  expect([system.size, tools.size]).toEqual([1, 1]);
});

// Fails when `streamed` takes a call for an answer.
test("a server that calls although it was told not to is asked without tools, and from then on at once", async () => {
  const reply = ({ tools }: Asked): StrictReply =>
    tools.length === 0 ? { text: "There is one." } : { calls: [SEARCH] };
  const { run, server } = await before({ obeysNone: false, reply });
  const sure = prediction(candidate(SEARCH, 0.95));
  for (const turnId of ["t1", "t2"]) {
    const events = await run(turnRequest({ turnId }, { prediction: sure }));
    expect(textOf(events)).toBe("There is one.");
    expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
  }
  expect(server.turns().map(({ body }) => "tools" in body)).toEqual([true, false, false]);
});

// Fails when a call goes back over the wire as the model wrote it: a real llama.cpp answers 500 to
// such a conversation, and was left out for it.
test.each([
  ["broken off", '{"item_type":"script","que'],
  ["empty", ""],
  ["a word", "mail"],
  ["JSON as text once more", JSON.stringify(JSON.stringify(SEARCH.arguments))],
])("a call whose arguments are %s is told back in a form that servers read", async (_, given) => {
  const reply = ({ messages, tools }: Asked): StrictReply => {
    const hasCalled = messages.some(({ role }) => role === "tool");
    if (hasCalled || tools.length === 0) return { text: "There is one." };
    return { calls: [{ name: SEARCH.name, arguments: given }] };
  };
  const { run, server } = await before({ reply });
  const events = await run(asks(1, "is there a script for mail?"));
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
  expect(textOf(events)).toBe("There is one.");
  expect(server.turns().map(({ status }) => status)).toEqual([200, 200]);
});
