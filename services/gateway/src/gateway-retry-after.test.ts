import { LiluxError, type TurnEvent } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import { expect, test } from "vitest";
import { openSession } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

/** Turns that find no place at their model, or no budget. */
function refusing(error: LiluxError): RunTurn {
  return async function* ({ turn: { turnId } }): AsyncGenerator<TurnEvent> {
    yield { type: "turn-start", turnId, path: "slow" };
    yield { type: "turn-end", turnId, outcome: "failed", error: error.toBody() };
  };
}

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

// Mutant: `tellWhenToRetry` by two codes alone, as it was: a used-up budget said no time.
test.each([
  ["overloaded", 503, "model_requests"],
  ["budget_exhausted", 429, "tokens_per_minute"],
] as const)("%s says over every door when to come again", async (code, status, limit) => {
  const error = new LiluxError(code, { details: { limit, retryAfterMs: 2_400 } });
  const { http, port } = await startForTest({ runTurn: refusing(error) });
  const messages = [{ role: "user", content: "go" }];
  for (const stream of [true, false]) {
    const chat = await post(`${http}/v1/chat/completions`, { model: "lilux", messages, stream });
    expect([chat.status, chat.headers.get("retry-after")]).toEqual([status, "3"]);
    await chat.body?.cancel();
  }
  const events = await (await post(`${http}/v1/turns`, { text: "go" })).text();
  expect(events).toContain('"retryAfterMs":2400');
  const client = await openSession({ port });
  client.send({ type: "ask", turnId: "t1", text: "go" });
  const end = await client.next("turn-end");
  expect(end.error).toMatchObject({ code, retryable: true, details: { retryAfterMs: 2_400 } });
});
