import { LiluxError, type TurnEvent } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createRefusals } from "./admit/refusals.ts";
import { openSession, openSocket } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";
import { keyFor } from "./testing/start-gateway.ts";

/** In what a person sent, however wrong it is: in no line that is kept. */
const CANARY = "bergamotte4711";
const KEY = "k-acme";
const SOON = { withinMs: 20_000 };

type Line = Record<string, unknown> & { msg: string };

async function before() {
  const lines: string[] = [];
  const gateway = await startForTest({
    config: { apiKeys: [keyFor("acme", KEY)] },
    limits: { chatBodyBytesMax: 4_096 },
    onLine: (line) => void lines.push(line),
    listModels: async () => [],
    runTurn: async function* ({ turn: { turnId } }): AsyncGenerator<TurnEvent> {
      const error = new LiluxError("overloaded", { details: { limit: "model_requests" } });
      yield { type: "turn-start", turnId, path: "slow" };
      yield { type: "text-delta", turnId, text: "Half of" };
      yield { type: "turn-end", turnId, outcome: "failed", error: error.toBody() };
    },
  });
  const refused = (): Line[] =>
    lines.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === "refused");
  return { lines, refused, ...gateway };
}

interface Asked {
  method?: string;
  path: string;
  key?: string;
  body?: string | object;
}

async function ask(http: string, { method = "POST", path, key = KEY, body }: Asked): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const sent = typeof body === "object" ? JSON.stringify(body) : body;
  const response = await fetch(`${http}${path}`, {
    method,
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  });
  await response.text();
}

const messages = [{ role: "user", content: CANARY }];

// Mutants: `refusals.note` left out of any one door; `pii: { said }` as `said`.
test.each([
  [
    "a key that nobody has",
    { path: "/v1/turns", key: CANARY, body: {} },
    { door: "rest", code: "unauthenticated" },
  ],
  [
    "a field that nobody knows",
    { path: "/v1/turns", body: { text: CANARY, [CANARY]: 1 } },
    { door: "rest", code: "invalid_request", route: "/v1/turns", tenant: "acme" },
  ],
  [
    "what is no JSON",
    { path: "/v1/predict", body: `{${CANARY}` },
    { door: "rest", code: "invalid_request" },
  ],
  [
    "an address that is none",
    { path: `/v1/${CANARY}`, body: {} },
    { door: "rest", code: "not_found", route: "none" },
  ],
  [
    "a method that it does not take",
    { method: "DELETE", path: "/v1/turns" },
    { door: "rest", code: "method_not_allowed" },
  ],
  [
    "a turn that does not run",
    { path: `/v1/turns/${CANARY}/cancel` },
    { door: "rest", code: "unknown_turn", route: "/v1/turns/:turnId/cancel" },
  ],
  [
    "a model that is none",
    { path: "/v1/chat/completions", body: { model: CANARY, messages } },
    { door: "openai", code: "unknown_model", tenant: "acme" },
  ],
  [
    "two answers",
    { path: "/v1/chat/completions", body: { model: "lilux", messages, n: 2 } },
    { door: "openai", code: "invalid_request" },
  ],
  [
    "a turn that failed",
    { path: "/v1/chat/completions", body: { model: "lilux", messages } },
    { door: "openai", code: "overloaded", reason: "model_requests" },
  ],
  [
    "a turn that failed after its first word",
    { path: "/v1/chat/completions", body: { model: "lilux", messages, stream: true } },
    { door: "openai", code: "overloaded", reason: "model_requests", turnId: expect.any(String) },
  ],
  [
    "a body that is too large",
    { path: "/v1/chat/completions", body: CANARY.repeat(400) },
    { door: "openai", code: "frame_too_large" },
  ],
  [
    "a message that is no JSON",
    { path: "/mcp", body: CANARY },
    { door: "mcp", code: "invalid_request", tenant: "acme" },
  ],
  [
    "a message of no session",
    { path: "/mcp", body: { jsonrpc: "2.0", id: 1, method: CANARY } },
    { door: "mcp", code: "invalid_request" },
  ],
] satisfies [string, Asked, object][])(
  "%s is refused with one line that has its reason, and one count, without a word of anybody",
  async (_, asked, line) => {
    const { http, refused, lines, metric } = await before();
    await ask(http, asked);
    await eventually(() => expect(refused()).toMatchObject([line]), SOON);
    expect(await metric("errors_total")).toBe(1);
    expect(lines.join("")).not.toContain(CANARY);
  },
);

test("what is refused over a socket is one line and one count each, with its turn where it is of one", async () => {
  const { port, refused, lines, metric } = await before();
  const headers = { authorization: `Bearer ${KEY}` };
  const client = await openSession({ port, headers });
  client.send(`{"type":"${CANARY}"}`);
  client.send({ type: "confirm", turnId: "t9", callId: CANARY, approve: true });
  await eventually(() => expect(refused()).toHaveLength(2), SOON);
  const unknown = await openSocket({ port, path: `/v1/session?ticket=${CANARY}` });
  await unknown.closed;
  expect(refused()).toMatchObject([
    { door: "socket", tenant: "acme", code: "unknown_frame_type" },
    { door: "socket", tenant: "acme", code: "unknown_turn", turnId: "t9" },
    { door: "socket", code: "unauthenticated" },
  ]);
  expect(await metric("errors_total")).toBe(3);
  expect(lines.join("")).not.toContain(CANARY);
});

// Mutant: `toldOf` without its bucket.
test("a thousand refusals at once are fifty lines and a thousand counts, and the next line says how many had none", () => {
  const lines: Record<string, unknown>[] = [];
  const take = (line: object): void => void lines.push({ ...line });
  const logger = { debug: take, info: take, warn: take, error: take };
  let counted = 0;
  const errors = {
    inc() {
      counted += 1;
    },
  };
  let now = 0;
  const { note } = createRefusals({
    metrics: { errors } as never,
    logger,
    monotonic: () => now,
  });
  const error = new LiluxError("rate_limited", { details: { limit: "requests" } });
  for (let time = 0; time < 1_000; time += 1) note(error, { door: "rest" });
  note(new LiluxError("not_found"), { door: "rest" });
  now += 1_000;
  note(error, { door: "rest" });
  expect(counted).toBe(1_002);
  expect(lines).toHaveLength(52);
  expect(lines[0]).toMatchObject({ code: "rate_limited", reason: "requests" });
  expect(lines.at(-1)).toMatchObject({ code: "rate_limited", untold: 950 });
});

test("a fault of ours has its line from where it was caught, and none of a refusal", () => {
  const lines: object[] = [];
  const take = (line: object): void => void lines.push(line);
  const logger = { debug: take, info: take, warn: take, error: take };
  const errors = { inc: () => undefined };
  createRefusals({ metrics: { errors } as never, logger }).note(new LiluxError("internal"), {
    door: "rest",
  });
  expect(lines).toEqual([]);
});
