import { expect, onTestFinished, test } from "vitest";
import { refuses, startFakeLlmServer } from "../testing/fake-llm-server.ts";
import { startStrictServer } from "../testing/strict-server/start-strict-server.ts";
import type { StrictRules } from "../testing/strict-server/strict-rules.ts";
import { examineServer } from "./examine-server.ts";
import { createModelServer } from "./model-server.ts";
import type { OpenAiSettings } from "./openai-settings.ts";

const signal = new AbortController().signal;

async function examined(rules: Partial<StrictRules>, settings: Partial<OpenAiSettings> = {}) {
  const strict = await startStrictServer(rules);
  const server = createModelServer({ url: strict.url, ...settings });
  const examination = await examineServer(server, { signal });
  const stateOf = (name: string) => examination.probes.find(({ probe }) => probe === name);
  return { strict, server, examination, stateOf, knowledge: server.knowledge };
}

test("a server that takes everything is known after three answers of one token", async () => {
  const { strict, knowledge, examination } = await examined({});
  expect(knowledge).toEqual({
    model: "base",
    served: ["base"],
    window: 32_768,
    tools: true,
    tellsTools: true,
    strictTools: true,
    obeysNone: true,
    forms: true,
    toolsWithForm: true,
    systemRole: true,
    toolRole: true,
    lineAfterResult: true,
    continuesMessage: true,
    tokenizes: true,
    decisions: { route: undefined, tokens: true, isVllm: true },
    tellsRunning: true,
  });
  expect(examination.probes.every(({ state }) => state === "good")).toBe(true);
  expect(strict.completions).toHaveLength(3);
  expect(strict.turns()).toEqual([]);
});

test.each([
  ["hermes", { systemRole: true, toolRole: true, lineAfterResult: true }],
  ["mistral", { systemRole: true, toolRole: true, lineAfterResult: false }],
  ["gemma-2", { systemRole: false, toolRole: false }],
  ["gemma-3", { systemRole: true, toolRole: false }],
] as const)(
  "what a %s template takes is found out, and nothing it takes is given up",
  async (template, forms) => {
    const { knowledge } = await examined({ template });
    expect(knowledge).toMatchObject({ ...forms, tools: true, strictTools: true });
  },
);

// Fails when a server is believed that takes tools: seen with a real llama.cpp, whose template had none.
test.each([
  ["hermes", true, true],
  ["mistral", true, true],
  ["mistral", false, true],
  ["gemma-2", true, false],
  ["gemma-3", true, false],
  ["gemma-3", false, false],
] as const)(
  "a %s template that leaves out the tools is named (counting server: %s)",
  async (template, tokenizes, isTold) => {
    const { knowledge, stateOf } = await examined({ template, tokenizes });
    expect(knowledge).toMatchObject({ tools: true, tellsTools: isTold });
    expect(stateOf("tools")).toMatchObject(
      isTold
        ? { state: "good" }
        : { state: "warn", fix: expect.stringContaining("--chat-template") },
    );
  },
);

test("where a server does not count, its tools are taken for told", async () => {
  const { knowledge } = await examined({ template: "gemma-3", isVllm: false, tellsWindow: false });
  expect(knowledge).toMatchObject({ tools: true, tellsTools: true });
});

test("a server that was started without tool calls is told apart, with the flag that is missing", async () => {
  const { knowledge, stateOf } = await examined({ parsesCalls: false });
  expect(knowledge).toMatchObject({ tools: false, systemRole: true, toolRole: true });
  expect(stateOf("tools")).toMatchObject({
    state: "warn",
    fix: expect.stringContaining("--enable-auto-tool-choice"),
  });
});

test("tools that are switched on later are used from the next examination on", async () => {
  const { strict, server, examination } = await examined({ parsesCalls: false });
  strict.rules.parsesCalls = true;
  await examineServer(server, { before: examination, signal });
  expect(server.knowledge.tools).toBe(true);
});

test("a server that is as it was is not asked for tokens again", async () => {
  const { strict, server, examination } = await examined({});
  const before = strict.completions.length;
  await examineServer(server, { before: examination, signal });
  expect(strict.completions).toHaveLength(before);
});

test("a server that takes no `strict` keeps its tools", async () => {
  const { knowledge } = await examined({ takesStrict: false });
  expect(knowledge).toMatchObject({ tools: true, strictTools: false });
});

test.each([
  ["takes no tools beside a form", { toolsWithForm: false }, { forms: true, toolsWithForm: false }],
  ["knows no forms", { forms: false }, { forms: false, toolsWithForm: false }],
])("a server that %s is found out, and its tools stay", async (_, rules, known) => {
  const { knowledge } = await examined(rules);
  expect(knowledge).toMatchObject({ ...known, tools: true, strictTools: true });
});

test("several models and none chosen is said with their names, adapters apart", async () => {
  const { stateOf } = await examined({ models: ["a", "b"], adapters: { legal: "a" } });
  expect(stateOf("model")).toMatchObject({
    state: "bad",
    detail: expect.stringMatching(/: a, b$/),
  });
});

test("an adapter has its base's window", async () => {
  const rules = { adapters: { legal: "base" }, window: 4_096 };
  const { knowledge } = await examined(rules, { model: "legal" });
  expect(knowledge).toMatchObject({ model: "legal", window: 4_096 });
});

test("a setting is stronger than what the server tells of its window", async () => {
  const { knowledge } = await examined({ window: 32_768 }, { window: 2_048 });
  expect(knowledge.window).toBe(2_048);
});

test.each([
  ["a key it refuses", { key: "k1" }, "key"],
  [
    "an engine that hangs behind a list that answers",
    { fault: { kind: "refusing", status: 503 } },
    "chat",
  ],
] as const)("%s is named", async (_, rules, probe) => {
  const { stateOf } = await examined(rules);
  expect(stateOf(probe)).toMatchObject({ state: "bad" });
});

test("a server that is not there is named, and what was known of it stays", async () => {
  const { strict, server, examination } = await examined({ template: "gemma-2" });
  await strict.close();
  const again = await examineServer(server, { before: examination, signal });
  expect(again.probes).toMatchObject([{ probe: "server", state: "bad" }]);
  expect(server.knowledge).toMatchObject({ model: "base", systemRole: false });
});

test("a server without a list of models is taken plainly, and not asked for tokens", async () => {
  const fake = await startFakeLlmServer(refuses(500, "no"));
  onTestFinished(() => fake.close());
  const server = createModelServer({ url: fake.url, model: "qwen" });
  await examineServer(server, { signal });
  expect(server.knowledge).toMatchObject({ model: "qwen", tools: true, toolRole: true });
  expect(fake.requests).toEqual([]);
});
