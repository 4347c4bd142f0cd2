import { createLiluxClient } from "@lilux/client";
import { eventually, type OtlpReceiver, startOtlpReceiver, type ToldSpan } from "@lilux/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventsOf, only, textOf } from "./ask.ts";
import { type ScriptedLlm, startScriptedLlm } from "./scripted-llm.ts";
import { type Running, startMode } from "./start-mode.ts";

let llm: ScriptedLlm;
let running: Running;
let receiver: OtlpReceiver;
/** What is typed and answered is in no span. */
const CANARY = "quokka";

beforeAll(async () => {
  const search = { name: "search", arguments: '{"item_type":"script","query":"email"}' };
  llm = await startScriptedLlm([
    [
      { role: "assistant", content: "Let me look. " },
      { tool_calls: [{ index: 0, id: "t1", type: "function", function: search }] },
    ],
    [{ role: "assistant", content: "I found " }, { content: "email scripts." }],
  ]);
  receiver = await startOtlpReceiver();
  running = await startMode("distributed", {
    env: {
      LILUX_LLM_URL: llm.url,
      LILUX_LLM_MODEL: "scripted",
      LILUX_OTLP_URL: receiver.url,
      LILUX_TRACE_KEYSTROKES: "1",
    },
  });
}, 150_000);
afterAll(async () => {
  await running.stop();
  await llm.close();
  await receiver.close();
});

test("a language model's tool call runs in the tool core, and its answer streams to the client", async () => {
  const client = createLiluxClient({ url: running.url });
  await client.ready();
  const events = await eventsOf(client.ask("which scripts do I have for email?"));
  client.close();
  expect(only(events, "turn-start").path).toBe("slow");
  expect(only(events, "call-start").call).toEqual({
    name: "search",
    arguments: { item_type: "script", query: "email" },
  });
  expect(JSON.stringify(only(events, "call-end").result)).toContain("email_validator");
  expect(textOf(events)).toContain("I found email scripts.");
  expect(only(events, "turn-end")).toMatchObject({ outcome: "completed", usage: { calls: 1 } });
  const told = llm.requests.at(-1)?.messages ?? [];
  expect(
    told.some(
      ({ role, content }) => role === "tool" && String(content).includes("email_validator"),
    ),
  ).toBe(true);
});

/** The traces that begin with a span of that name and hang on it whole, as `service: name` of their spans. */
function treesOf(name: string): string[][] {
  const roots = receiver.spans.filter((span) => span.name === name && !span.parentSpanId);
  const traces = roots.map(({ traceId }) => receiver.spans.filter((s) => s.traceId === traceId));
  return traces.filter(isWhole).map((trace) => {
    return [...new Set(trace.map((span) => `${span.service}: ${span.name}`))].sort();
  });
}

function isWhole(trace: readonly ToldSpan[]): boolean {
  const ids = new Set(trace.map(({ spanId }) => spanId));
  return trace.filter(({ parentSpanId = "" }) => !ids.has(parentSpanId)).length === 1;
}

// Mutant: a bus, an orchestrator or a model that passes on the `traceparent` it was given, not its span's;
// and a span of the tool core that is told its arguments.
test("a turn is one tree from the gateway to the model server, a keystroke one to the router, and nothing typed or answered is in them", async () => {
  const client = createLiluxClient({ url: running.url });
  await client.ready();
  llm.script([[{ role: "assistant", content: `Seen a ${CANARY}.` }]]);
  await eventsOf(client.ask(`where is the ${CANARY}?`));
  client.close();
  await eventually(
    () => {
      expect(treesOf("turn")).toContainEqual(
        expect.arrayContaining([
          "context-warmer: process TURNS",
          "gateway: publish TURNS",
          "gateway: run turn",
          "gateway: turn",
          "kiwi: execute_tool search",
          "orchestrator: chat scripted",
          "orchestrator: execute_tool search",
          "orchestrator: run turn",
        ]),
      );
    },
    { withinMs: 60_000, everyMs: 250 },
  );
  const chats = receiver.spans.filter(({ name }) => name === "chat scripted");
  expect(llm.traceparents.map((header) => header?.slice(36, 52))).toEqual(
    expect.arrayContaining(chats.map(({ spanId }) => spanId)),
  );
  expect(chats[0]?.attributes).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "scripted",
  });

  const typist = createLiluxClient({ url: running.url });
  await typist.ready();
  await eventually(
    () => {
      // A router that is busy may leave one out.
      typist.type(`find a ${CANARY}`);
      expect(treesOf("keystroke")).toContainEqual(
        expect.arrayContaining([
          "gateway: keystroke",
          "gateway: request keystroke",
          "router: answer keystroke",
          "router: read context and library",
          "router: read line and rank",
        ]),
      );
    },
    { withinMs: 60_000, everyMs: 500 },
  );
  typist.close();
  expect(receiver.text()).not.toContain(CANARY);
});
