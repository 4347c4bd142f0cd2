import { createInProcessBus, subjects } from "@lilux/bus";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { steppedTurns } from "./testing/scripted-turns.ts";
import { openSession } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

const READ = { messagesMax: 100, deadlineMs: 10_000 };
const CANARY = "maybe they mean the canary";

function thinks(turns: ReturnType<typeof steppedTurns>): void {
  turns.emit({ type: "turn-start", path: "slow" });
  turns.emit({ type: "thought-delta", text: "Let me see: ", tokens: 3 });
  turns.emit({ type: "thought-delta", text: CANARY, tokens: 9 });
  turns.emit({ type: "text-delta", text: "The float." });
}

// Mutant: `session.log.append` for thoughts, too.
test("thoughts reach who looks on, in order and unnumbered, and are stored in no stream", async () => {
  const bus = createInProcessBus();
  const turns = steppedTurns();
  const { port } = await startForTest({ bus, runTurn: turns.runTurn });
  const client = await openSession({ port });
  client.send({ type: "ask", turnId: "t1", text: "go" });
  await client.next("turn-accepted");
  thinks(turns);
  turns.emit({ type: "turn-end", outcome: "completed" });
  await client.next("turn-end");
  const told = client.frames.filter((frame) => frame.type === "thought-delta");
  expect(told.map(({ text }) => text).join("")).toBe(`Let me see: ${CANARY}`);
  expect(told.at(-1)).toEqual({
    type: "thought-delta",
    turnId: "t1",
    text: told.at(-1)?.text,
    tokens: 9,
  });
  expect(client.events().map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
  const { sessionId } = client.start;
  const events = await eventually(
    async () => {
      const stored = await bus.read("EVENTS", subjects.event(testTenant("local"), sessionId), READ);
      expect(JSON.stringify(stored)).toContain("turn-end");
      return stored;
    },
    { withinMs: 20_000 },
  );
  const journal = await eventually(
    async () => {
      const stored = await bus.read(
        "INTERACTIONS",
        subjects.interaction(testTenant("local")),
        READ,
      );
      expect(stored).toHaveLength(1);
      return stored;
    },
    { withinMs: 20_000 },
  );
  expect(JSON.stringify([events, journal])).toContain("The float.");
  expect(JSON.stringify([events, journal])).not.toContain("canary");
});

test("whoever comes back is not told again what was thought", async () => {
  const turns = steppedTurns();
  const { port } = await startForTest({ runTurn: turns.runTurn });
  const first = await openSession({ port });
  first.send({ type: "ask", turnId: "t1", text: "go" });
  await first.next("turn-accepted");
  thinks(turns);
  await first.next("text-delta");
  first.socket.terminate();
  await first.closed;
  const { sessionId, resumeToken } = first.start;
  const second = await openSession({ port, resume: { sessionId, resumeToken, offset: 0 } });
  turns.emit({ type: "turn-end", outcome: "completed" });
  await second.next("turn-end");
  expect(second.events().map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
  expect(JSON.stringify(second.frames)).not.toContain("canary");
});

test("a caller without a socket gets thoughts as events without an id", async () => {
  const turns = steppedTurns();
  const { http } = await startForTest({ runTurn: turns.runTurn });
  const answer = fetch(`${http}/v1/turns`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "go" }),
  });
  await eventually(() => turns.runs() === 1, { withinMs: 20_000 });
  thinks(turns);
  turns.emit({ type: "turn-end", outcome: "completed" });
  const text = await (await answer).text();
  const thoughts = text.split("\n\n").filter((event) => event.includes("event: thought-delta"));
  expect(thoughts.join()).toContain(CANARY);
  expect(thoughts.every((event) => event.startsWith("event: "))).toBe(true);
});

test("a chat's client is told how many tokens were thoughts, and not what they were", async () => {
  const turns = steppedTurns();
  const { http } = await startForTest({ runTurn: turns.runTurn });
  const answer = fetch(`${http}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "lilux", messages: [{ role: "user", content: "go" }] }),
  });
  await eventually(() => turns.runs() === 1, { withinMs: 20_000 });
  thinks(turns);
  const usage = {
    model: "m",
    promptTokens: 20,
    completionTokens: 12,
    thoughtTokens: 9,
    calls: 0,
    durationMs: 1,
  };
  turns.emit({ type: "turn-end", outcome: "completed", usage });
  const body = await (await answer).json();
  expect(body).toMatchObject({
    choices: [{ message: { content: "The float." } }],
    usage: { completion_tokens: 12, completion_tokens_details: { reasoning_tokens: 9 } },
  });
  expect(JSON.stringify(body)).not.toContain("canary");
});
