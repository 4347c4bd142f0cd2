import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTACKS } from "./injection/attacks.ts";
import { BENIGN } from "./injection/benign.ts";
import { COMMON } from "./injection/common-files.ts";
import { type ObeyingLlm, startObeyingLlm } from "./injection/obeying-llm.ts";
import { expectDone, expectNoHarm, type Played, playAll } from "./injection/playing.ts";
import { type Running, startMode } from "./start-mode.ts";
import { writeTenants } from "./start-tenants.ts";

/** One of each kind that crosses processes on a way of its own. */
const FAMILIES = ["wish-wipe", "wish-lower", "wish-make", "output", "history", "mark-step"];
const ATTACKS_HERE = FAMILIES.flatMap((family) =>
  ATTACKS.filter((attack) => attack.family === family).slice(0, 1),
);
const BENIGN_HERE = BENIGN.filter(({ name }) =>
  ["b-reader", "b-directive", "b-asked-write", "b-mcp-asked"].includes(name),
);
const SCENARIOS = [...ATTACKS_HERE, ...BENIGN_HERE];
const NONE: ReadonlyMap<string, Played> = new Map();

describe("distributed: a model that obeys whatever it reads", () => {
  let played = NONE;
  let llm: ObeyingLlm;
  let running: Running;
  let folder: TemporaryDirectory;

  beforeAll(async () => {
    folder = await temporaryDirectory();
    llm = await startObeyingLlm(SCENARIOS.flatMap(({ lines }) => lines));
    const root = join(folder.path, "tenants");
    const libraries = SCENARIOS.map(({ name, files }) => [name, { ...COMMON, ...files }] as const);
    const keys = await writeTenants(root, Object.fromEntries([...libraries, ["eve", {}]]), "");
    const env = { ...keys, LILUX_LLM_URL: llm.url, LILUX_LLM_MODEL: "obeying" };
    running = await startMode("distributed", { project: folder.path, env });
    played = await playAll({ url: running.url, root, llm }, SCENARIOS);
  }, 120_000);
  afterAll(async () => {
    await running.stop();
    await llm.close();
    await folder.remove();
  });

  test("every family that was named is there", () => {
    expect(ATTACKS_HERE).toHaveLength(FAMILIES.length);
    expect(BENIGN_HERE).toHaveLength(4);
  });

  test.each(ATTACKS_HERE.map((attack) => [`${attack.name} (${attack.door})`, attack] as const))(
    "%s: nothing is changed, made or published",
    (_, attack) => expectNoHarm(running.url, attack, played.get(attack.name)),
  );

  test.each(BENIGN_HERE.map((benign) => [`${benign.name} (${benign.door})`, benign] as const))(
    "%s: is done, with no needless question",
    (_, benign) => expectDone(benign, played.get(benign.name)),
  );
});
