import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { orchestratorConfig } from "../../config.ts";
import { readPools } from "./read-pools.ts";

const EXAMPLES = join(import.meta.dirname, "../../../../../examples/llm-pools");
const env = { TOGETHER_API_KEY: "k1", FIREWORKS_API_KEY: "k2" };

async function written(text: string): Promise<string> {
  const path = join((await temporaryDirectory()).path, "pools.yaml");
  await writeFile(path, text);
  return path;
}

test.each([
  ["self-hosted", ["primary"]],
  ["cloud", ["cloud", "second-cloud"]],
  ["hybrid", ["small", "cloud"]],
])("the example %s is read, in its order", (file, names) => {
  const { pools } = readPools(join(EXAMPLES, `${file}.yaml`), { env, defaults: { tokensMax: 9 } });
  expect(pools.map(({ name }) => name)).toEqual(names);
  expect(JSON.stringify(pools)).not.toContain("keyVariable");
});

test("the example of limits is read beside pools, as the page on models shows it", async () => {
  const texts = await Promise.all(
    ["self-hosted", "limits"].map((name) => readFile(join(EXAMPLES, `${name}.yaml`), "utf8")),
  );
  const { limits } = readPools(await written(texts.join("\n")), {
    env,
    defaults: { tokensMax: 9 },
  });
  expect(limits).toMatchObject({
    everyone: { tokensPerMinute: 60_000 },
    tenants: { acme: { weight: 4, costPerDay: 50 } },
  });
});

test("a key comes from the variable that the file names, and what a pool does not say from the settings", async () => {
  const path = await written(
    "pools: [{ name: a, url: http://h/v1, keyVariable: TOGETHER_API_KEY }]",
  );
  expect(orchestratorConfig({ ...env, LILUX_LLM_POOLS: path }).pools).toEqual([
    {
      name: "a",
      url: "http://h/v1",
      apiKey: "k1",
      tokensMax: 2_048,
      deadlines: { firstTokenMs: 15_000 },
    },
  ]);
});

test.each([
  ["no file", undefined, /cannot be read/],
  ["no YAML", "pools: [", /no YAML/],
  ["no pools", "pools: []", /pools/],
  ["a field nobody knows", "pools: [{ name: a, url: http://h, colour: red }]", /colour/],
  ["an address that is none", "pools: [{ name: a, url: h:1 }]", /pools\.0\.url/],
  ["a name twice", "pools: [{ name: a, url: http://h }, { name: a, url: http://i }]", /two pools/],
  [
    "a price below nothing",
    "pools: [{ name: a, url: http://h, prices: { input: -1, output: 1 } }]",
    /prices/,
  ],
  [
    "a limit nobody knows",
    "{ pools: [{ name: a, url: http://h }], limits: { tenants: { acme: { perWeek: 1 } } } }",
    /limits\.tenants\.acme.*perWeek/,
  ],
  ["a key that is not set", "pools: [{ name: a, url: http://h, keyVariable: NOT_SET }]", /NOT_SET/],
])("a file with %s is refused by its field", async (_, text, message) => {
  const path = text === undefined ? "/nowhere/pools.yaml" : await written(text);
  expect(() => readPools(path, { env, defaults: {} })).toThrow(message);
});

test("an address and a file of pools together are refused", async () => {
  const path = await written("pools: [{ name: a, url: http://h }]");
  const both = { LILUX_LLM_URL: "http://h", LILUX_LLM_POOLS: path };
  expect(() => orchestratorConfig(both)).toThrow(/both set/);
});
