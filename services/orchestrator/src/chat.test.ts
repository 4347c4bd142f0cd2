import { type ChatMessage, LiluxError, type TurnRequest } from "@lilux/protocol";
import { afterEach, expect, test } from "vitest";
import {
  createHarness,
  endOf,
  type Harness,
  type HarnessOptions,
  textOf,
  typesOf,
} from "./testing/harness.ts";
import {
  candidate,
  loaded,
  prediction,
  RUN,
  SEARCH,
  SEARCH_RESULT,
  turnRequest,
} from "./testing/samples.ts";
import { proposes, says, scriptedModel } from "./testing/scripted-model.ts";

const running: Harness[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ service }) => service.stop()));
});

async function start(options: HarnessOptions): Promise<Harness> {
  const harness = await createHarness(options);
  running.push(harness);
  return harness;
}

const WEATHER = { name: "get_weather", description: "", parameters: { type: "object" } };

function chatRequest(
  chat: Partial<NonNullable<TurnRequest["chat"]>> = {},
  turn: Partial<TurnRequest["turn"]> = {},
): TurnRequest {
  const text = "find email scripts";
  const messages: ChatMessage[] = [{ role: "user", content: text }];
  const whole = { messages, tools: [], toolChoice: "auto" as const, ...chat };
  return turnRequest(turn, { history: [], chat: whole });
}

const question = (details: object) =>
  new LiluxError("confirm_required", {
    details: { effect: "write", why: "It writes.", ...details },
  });

test("a sure read runs at once, and the model explains it", async () => {
  const model = scriptedModel({ rounds: [says("One script.")] });
  const kiwi = { search: async () => SEARCH_RESULT };
  const { run } = await start({
    model,
    kiwi,
    router: async () => prediction(candidate(SEARCH, 0.95)),
  });
  const events = await run(chatRequest());
  expect(typesOf(events)).toEqual([
    "turn-start",
    "call-start",
    "call-end",
    "text-delta",
    "turn-end",
  ]);
  expect(textOf(events)).toBe("One script.");
});

// Mutant: `callOfLine` standing for the line although it came with a chat.
test("a sure call that is no read asks, by Enter or by the model, and nothing runs while nobody can answer", async () => {
  const asked: object[] = [];
  const kiwi = {
    load: async () => loaded("write"),
    // biome-ignore lint/correctness/useYield: it refuses before anything runs.
    execute: async function* (request: { by?: string; tainted?: boolean }) {
      asked.push({ by: request.by, tainted: request.tainted });
      throw question({ nonce: `nonce-${asked.length}` });
    },
  };
  const sure = await start({
    model: scriptedModel({ rounds: [] }),
    kiwi,
    router: async () => prediction(candidate(RUN, 0.97)),
  });
  const events = await sure.run(chatRequest());
  expect(typesOf(events)).toEqual(["turn-start", "confirm-request", "call-end", "turn-end"]);
  const request = events.find((event) => event.type === "confirm-request");
  expect(request).toMatchObject({
    callId: "turn-1.1",
    confirmation: { callId: "turn-1.1", nonce: "nonce-1" },
  });

  const model = scriptedModel({ rounds: [proposes([RUN]), says("It waits for you.")] });
  const slow = await start({ model, kiwi });
  const told = await slow.run(chatRequest({}, { kind: "ask" }));
  expect(textOf(told)).toBe("It waits for you.");
  expect(asked).toEqual([
    { by: "model", tainted: true },
    { by: "model", tainted: true },
  ]);
  // The model hears that it waits, and not what the yes is.
  const heard = JSON.stringify(model.requests[1]?.messages);
  expect(heard).toContain("waits for the person's yes");
  expect(heard).not.toContain("nonce");
});

test("a yes runs exactly its call, in the session in which it was asked for", async () => {
  const seen: object[] = [];
  const kiwi = {
    load: async () => loaded("destructive"),
    execute: async function* (request: object) {
      seen.push(request);
      yield { type: "result", result: { status: "success" } } as never;
    },
  };
  const model = scriptedModel({ rounds: [says("Gone.")] });
  const { run } = await start({ model, kiwi });
  const confirmation = { callId: "old-turn.1", callDigest: "d", nonce: "n" };
  const yes = { call: RUN, confirmation, sessionId: "the-session-before" };
  const events = await run(chatRequest({ yes }, { kind: "ask" }));
  expect(seen).toMatchObject([
    {
      callId: "old-turn.1",
      confirmation,
      arguments: RUN.arguments,
      origin: { sessionId: "the-session-before", turnId: "turn-1" },
    },
  ]);
  expect(endOf(events).outcome).toBe("completed");
  expect(textOf(events)).toContain("Gone.");
});

test("a yes that is no longer good runs nothing and asks no second time", async () => {
  const kiwi = {
    load: async () => loaded("destructive"),
    // biome-ignore lint/correctness/useYield: it refuses.
    execute: async function* () {
      throw question({ nonce: "another" });
    },
  };
  const { run } = await start({ model: scriptedModel({ rounds: [] }), kiwi });
  const confirmation = { callId: "old-turn.1", callDigest: "d", nonce: "used" };
  const yes = { call: RUN, confirmation, sessionId: "s" };
  const events = await run(chatRequest({ yes }, { kind: "ask" }));
  expect(typesOf(events)).not.toContain("confirm-request");
  expect(textOf(events)).toContain("no longer good");
});

test("a call of the caller's tool ends the turn with it; ours of the same round ran", async () => {
  const theirs = { id: "x1", name: "get_weather", arguments: '{"town":"Bonn"}' };
  const model = scriptedModel({
    rounds: [
      () => [
        { type: "text", text: "Both. " },
        {
          type: "tool-call",
          call: { id: "x0", name: "search", arguments: JSON.stringify(SEARCH.arguments) },
        },
        { type: "tool-call", call: theirs },
      ],
    ],
  });
  const kiwi = { search: async () => SEARCH_RESULT };
  const { run } = await start({ model, kiwi });
  const events = await run(chatRequest({ tools: [WEATHER] }, { kind: "ask" }));
  expect(typesOf(events)).toEqual([
    "turn-start",
    "text-delta",
    "call-start",
    "call-end",
    "turn-end",
  ]);
  expect(endOf(events)).toMatchObject({ outcome: "completed", callerCalls: [theirs] });
  expect(model.requests[0]?.tools.map(({ name }) => name)).toEqual([
    "search",
    "load",
    "execute",
    "get_weather",
  ]);
});

test("a tool of the caller keeps its name, and ours of that name has another", async () => {
  const mine = { ...WEATHER, name: "search" };
  const given = JSON.stringify(SEARCH.arguments);
  const model = scriptedModel({
    rounds: [
      () => [{ type: "tool-call", call: { id: "a", name: "lilux_search", arguments: given } }],
      () => [{ type: "tool-call", call: { id: "b", name: "search", arguments: given } }],
    ],
  });
  const found: object[] = [];
  const kiwi = {
    search: async (request: object) => {
      found.push(request);
      return SEARCH_RESULT;
    },
  };
  const { run } = await start({ model, kiwi });
  const events = await run(chatRequest({ tools: [mine] }, { kind: "ask" }));
  expect(model.requests[0]?.tools.map(({ name }) => name)).toEqual([
    "lilux_search",
    "load",
    "execute",
    "search",
  ]);
  expect(found).toHaveLength(1);
  expect(endOf(events).callerCalls).toMatchObject([{ id: "b", name: "search" }]);
});

test.each([
  ["none", ["search", "load", "execute", "get_weather", "other"], "none"],
  ["required", ["get_weather", "other"], "required"],
  [{ name: "other" }, ["other"], { name: "other" }],
] as const)("tool_choice %j offers %j", async (toolChoice, names, passed) => {
  const model = scriptedModel({ rounds: [says("ok")] });
  const { run } = await start({ model });
  const tools = [WEATHER, { ...WEATHER, name: "other" }];
  await run(chatRequest({ tools, toolChoice }, { kind: "ask" }));
  expect(model.requests[0]?.tools.map(({ name }) => name)).toEqual(names);
  expect(model.requests[0]?.toolChoice).toEqual(passed);
});

test("the model is told the caller's whole conversation, its rules beside ours, and its limits", async () => {
  const model = scriptedModel({ rounds: [says("ok")] });
  const { run, store } = await start({ model });
  const messages: ChatMessage[] = [
    { role: "system", content: "Speak like a pirate." },
    { role: "user", content: "rain?" },
    { role: "assistant", content: "", calls: [{ id: "c", name: "get_weather", arguments: "{}" }] },
    { role: "tool", callId: "c", content: "rain" },
    { role: "user", content: "and now?" },
  ];
  const chat = { messages, tools: [WEATHER], tokensMax: 9, passedOn: { seed: 4 } };
  await run(chatRequest(chat, { kind: "ask", text: "and now?" }));
  const [request] = model.requests;
  expect(request).toMatchObject({ tokensMax: 9, passedOn: { seed: 4 } });
  const [system, ...rest] = request?.messages ?? [];
  expect(system?.content).toMatch(/orchestrator of Lilux[\s\S]*Speak like a pirate\./);
  expect(rest.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "user"]);
  expect(rest.at(-1)?.content).toMatch(/^and now\?\n\n\[router/);
  // Nothing of it is kept: the next turn of that session begins empty.
  const again = scriptedModel({ rounds: [says("ok")] });
  const second = await start({ model: again, store });
  await second.run(turnRequest({ turnId: "turn-2", kind: "ask" }));
  expect(again.requests[0]?.messages).toHaveLength(2);
});

test("an answer that reaches the caller's own limit is whole for that caller", async () => {
  const model = scriptedModel({
    rounds: [
      async function* () {
        yield { type: "text", text: "It keeps" };
        throw new LiluxError("llm_incomplete", { details: { reason: "length" } });
      },
    ],
  });
  const { run } = await start({ model });
  const events = await run(chatRequest({ tokensMax: 2 }, { kind: "ask" }));
  expect(endOf(events)).toMatchObject({ outcome: "completed", isCut: true });
});
