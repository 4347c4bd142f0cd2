import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createLogger } from "@lilux/runtime";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { RECORD, WEIGHTS } from "./model-store.ts";
import { startLocalModel } from "./start-local-model.ts";
import { writeStubServer } from "./testing/stub-model-server.ts";

const logger = createLogger({ service: "test", level: "silent" });
const WITHIN = { withinMs: 30_000 };

async function machine({ isInstalled = true, more = {} } = {}) {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const { path } = directory;
  const folder = join(path, "models", "small");
  await mkdir(folder, { recursive: true });
  const base = { name: "Small-1M", licence: "Apache-2.0", sha256: "" };
  const record = {
    schema: 1,
    name: "small",
    base,
    hasTemplate: false,
    addedAt: "2026-11-28",
    ...more,
  };
  if (isInstalled) {
    await writeFile(join(folder, RECORD), JSON.stringify(record));
    await writeFile(join(folder, WEIGHTS), "");
  }
  const server = await writeStubServer(path);
  const env = {
    PATH: "/usr/bin:/bin",
    LILUX_STATE_DIR: path,
    LILUX_LLAMA_SERVER: server,
    LILUX_LLM_API_KEY: "secret",
  };
  const started = () =>
    JSON.parse(readFileSync(join(path, "started.json"), "utf8")) as {
      given: string[];
      pid: number;
      ours: string[];
    };
  const start = (more: Record<string, string> = {}) =>
    startLocalModel({ name: "small", env: { ...env, ...more }, stateDirectory: path, logger });
  return { start, started };
}

// Mutant: a `supervise` that starts nothing again.
test("its server is on this machine only, bounded, comes back when it is killed, and is gone when it is stopped", async () => {
  const { start, started } = await machine();
  const local = await start();
  onTestFinished(() => local.stop());
  const { LILUX_LLM_LOCAL_URL: url = "", LILUX_LLM_LOCAL_KEY: key = "" } = local.settings;
  const ask = (authorization: string) => fetch(`${url}/models`, { headers: { authorization } });
  await eventually(async () => expect((await ask(`Bearer ${key}`)).status).toBe(200), WITHIN);
  expect((await ask("Bearer guessed")).status).toBe(401);
  const { given, pid, ours } = started();
  expect(given).toEqual(expect.arrayContaining(["--host", "127.0.0.1", "--ctx-size", "--threads"]));
  // Arguments are read by everybody on the machine, and of our settings it gets none.
  expect(given.join(" ")).not.toContain(key);
  expect(ours).toEqual([]);
  process.kill(pid, "SIGKILL");
  await eventually(() => expect(started().pid).not.toBe(pid), WITHIN);
  await eventually(async () => expect((await ask(`Bearer ${key}`)).status).toBe(200), WITHIN);
  await local.stop();
  expect(local.process.pid()).toBeUndefined();
  await expect(ask(`Bearer ${key}`)).rejects.toThrow();
});

test("a model that is not there, and one without a server, say how to get them", async () => {
  const { start } = await machine({ isInstalled: false });
  await expect(start()).rejects.toThrow(/Get it with: lilux model add small/);
  const installed = await machine();
  await expect(installed.start({ LILUX_LLAMA_SERVER: "" })).rejects.toThrow(
    /Install llama\.cpp's llama-server, or have one fetched: lilux model add small/,
  );
});

// Mutant: a `roleOf` that is always "all".
test("an adapter has the part that it was found fit for; the plain base only talks", async () => {
  const adapter = { version: "1", licence: "Apache-2.0", sha256: "" };
  const roleWith = async (more: object): Promise<string | undefined> => {
    const local = await (await machine({ more })).start();
    onTestFinished(() => local.stop());
    return local.settings["LILUX_LLM_LOCAL_ROLE"];
  };
  expect(await roleWith({})).toBe("talk");
  expect(await roleWith({ adapter })).toBe("all");
  expect(await roleWith({ adapter: { ...adapter, role: "decide" } })).toBe("decide");
});
