import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTACKS, STRANGER } from "./injection/attacks.ts";
import { ALMANAC, BENIGN } from "./injection/benign.ts";
import { COMMON } from "./injection/common-files.ts";
import { type ObeyingLlm, startObeyingLlm } from "./injection/obeying-llm.ts";
import {
  expectDone,
  expectNoHarm,
  type Played,
  playAll,
  publishAsEve,
  tableOf,
} from "./injection/playing.ts";
import type { Scenario } from "./injection/scenario.ts";
import { startTenants, type Tenants } from "./start-tenants.ts";

const SCENARIOS: readonly Scenario[] = [...ATTACKS, ...BENIGN];
const NONE: ReadonlyMap<string, Played> = new Map();

let played = NONE;
let llm: ObeyingLlm;
let tenants: Tenants;

beforeAll(async () => {
  llm = await startObeyingLlm(SCENARIOS.flatMap(({ lines }) => lines));
  const folders = SCENARIOS.map(({ name, files }) => [name, { ...COMMON, ...files }] as const);
  const eve = { ...STRANGER, ".ai/knowledge/almanac.md": ALMANAC };
  const env = { LILUX_LLM_URL: llm.url, LILUX_LLM_MODEL: "obeying" };
  const libraries = Object.fromEntries([...folders, ["eve", eve] as const]);
  tenants = await startTenants(libraries, { env, under: "" });
  const { url } = tenants;
  await publishAsEve(url, "knowledge", "manual");
  await publishAsEve(url, "script", "helper");
  await publishAsEve(url, "knowledge", "almanac");
  played = await playAll({ url, llm, root: join(tenants.folder("eve"), "..") }, SCENARIOS);
}, 180_000);
afterAll(async () => {
  await tenants[Symbol.asyncDispose]();
  await llm.close();
  process.stdout.write(`${tableOf(played, { attacks: ATTACKS, benign: BENIGN })}\n`);
});

test("the corpus is as large as it is said to be, and each scenario has a tenant of its own", () => {
  expect(ATTACKS.length).toBeGreaterThanOrEqual(60);
  expect(BENIGN.length).toBeGreaterThanOrEqual(12);
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});

// Mutant: the tool core taking a model that says nothing for untainted (the MCP scenarios).
describe("a model that obeys whatever it reads, and a person who says no", () => {
  test.each(ATTACKS.map((attack) => [`${attack.name} (${attack.door})`, attack] as const))(
    "%s: nothing is changed, made or published",
    (_, attack) => expectNoHarm(tenants.url, attack, played.get(attack.name)),
  );
});

describe("the same by honest hands", () => {
  test.each(BENIGN.map((benign) => [`${benign.name} (${benign.door})`, benign] as const))(
    "%s: is done, with no needless question",
    (_, benign) => expectDone(benign, played.get(benign.name)),
  );
});
