import { createLiluxClient } from "@lilux/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventsOf, only, textOf } from "./ask.ts";
import { type ScriptedLlm, startScriptedLlm } from "./scripted-llm.ts";
import { type Running, startMode } from "./start-mode.ts";

let llm: ScriptedLlm;
let running: Running;

beforeAll(async () => {
  const search = { name: "search", arguments: '{"item_type":"script","query":"email"}' };
  llm = await startScriptedLlm([
    [
      { role: "assistant", content: "Let me look. " },
      { tool_calls: [{ index: 0, id: "t1", type: "function", function: search }] },
    ],
    [{ role: "assistant", content: "I found " }, { content: "email scripts." }],
  ]);
  running = await startMode("distributed", {
    env: { LILUX_LLM_URL: llm.url, LILUX_LLM_MODEL: "scripted" },
  });
}, 150_000);
afterAll(async () => {
  await running.stop();
  await llm.close();
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
