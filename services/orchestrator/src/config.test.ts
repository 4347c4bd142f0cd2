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

test("a model of the same machine comes after what is configured otherwise, small and bounded", () => {
  const local = { LILUX_LLM_LOCAL_URL: "http://127.0.0.1:9/v1", LILUX_LLM_LOCAL_KEY: "k" };
  const expected = { name: "local", tier: "small", apiKey: "k", tokensMax: 384, running: 2 };
  expect(orchestratorConfig(local).pools).toMatchObject([expected]);
  const both = orchestratorConfig({ ...local, LILUX_LLM_URL: "http://vllm:8000/v1" });
  expect(both.pools).toMatchObject([{ name: "main", url: "http://vllm:8000/v1" }, expected]);
});
