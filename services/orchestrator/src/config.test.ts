import { expect, test } from "vitest";
import { orchestratorConfig } from "./config.ts";

test("without an address of a language model there is none, and nothing listens", () => {
  const { languageModel, listen } = orchestratorConfig({});
  expect({ languageModel, listen }).toEqual({ languageModel: undefined, listen: undefined });
});

test("addresses and the server's kind are read", () => {
  const config = orchestratorConfig({
    LILUX_LLM_URL: "http://vllm:8000/v1",
    LILUX_LLM_MODEL: "qwen",
    LILUX_LLM_SERVER: "vllm",
    LILUX_ORCHESTRATOR_LISTEN: "[::1]:7002",
  });
  expect(config.listen).toEqual({ host: "::1", port: 7002 });
  expect(config.languageModel).toMatchObject({ model: "qwen", continuesMessage: true });
});

test("an address that is none is refused by name, without its value", () => {
  const read = () => orchestratorConfig({ LILUX_LLM_URL: "user:hunter2@host" });
  expect(read).toThrow(/LILUX_LLM_URL/);
  expect(read).not.toThrow(/hunter2/);
});

test("a model of the same machine talks, or decides, where nobody else answers; one that was trained for all of it comes after what is configured otherwise", () => {
  const local = { LILUX_LLM_LOCAL_URL: "http://127.0.0.1:9/v1", LILUX_LLM_LOCAL_KEY: "k" };
  const shared = { name: "local", apiKey: "k", running: 2, sampling: { temperature: 0 } };
  expect(orchestratorConfig(local)).toMatchObject({
    pools: undefined,
    local: { role: "talk", pool: { ...shared, tokensMax: 160 } },
  });
  expect(orchestratorConfig({ ...local, LILUX_LLM_LOCAL_ROLE: "decide" })).toMatchObject({
    pools: undefined,
    local: { role: "decide", pool: { ...shared, tokensMax: 384 } },
  });
  const main = { LILUX_LLM_URL: "http://vllm:8000/v1", LILUX_LLM_LOCAL_ROLE: "all" };
  expect(orchestratorConfig({ ...local, ...main })).toMatchObject({
    pools: [{ name: "main" }, { ...shared, tier: "small", tokensMax: 384 }],
    local: undefined,
  });
});
