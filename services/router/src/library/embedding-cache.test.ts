import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { textHashOf } from "@lilux/library-index";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { createEmbeddingCache } from "./embedding-cache.ts";

const WIDTH = 5;
const embeddings = new Map([
  [textHashOf("ab"), { bytes: Int8Array.from([1, -2, 3, -128, 127]), scale: 0.25 }],
  [textHashOf("cd"), { bytes: Int8Array.from([0, 0, 0, 0, 1]), scale: 1 }],
]);

const cacheIn = (directory: string, modelKey = "model-1", width = WIDTH) =>
  createEmbeddingCache({ directory, modelKey, width });

describe("createEmbeddingCache", () => {
  it("keeps vectors of any length beside one another", async () => {
    await using folder = await temporaryDirectory();
    const tokens = { bytes: Int8Array.from({ length: 37 }, (_, at) => at - 20), scale: 0.125 };
    const both = new Map([
      ...embeddings,
      [textHashOf("tokens"), tokens],
      [textHashOf("none"), { bytes: new Int8Array(), scale: 1 }],
    ]);
    await cacheIn(folder.path).save(testTenant("local"), both);
    await expect(cacheIn(folder.path).load(testTenant("local"))).resolves.toEqual(both);
  });

  it("gives back what was kept", async () => {
    await using folder = await temporaryDirectory();
    await cacheIn(folder.path).save(testTenant("local"), embeddings);
    await expect(cacheIn(folder.path).load(testTenant("local"))).resolves.toEqual(embeddings);
  });

  it("keeps tenants and models apart", async () => {
    await using folder = await temporaryDirectory();
    await cacheIn(folder.path).save(testTenant("local"), embeddings);
    await expect(cacheIn(folder.path).load(testTenant("other"))).resolves.toEqual(new Map());
    await expect(cacheIn(folder.path, "model-2").load(testTenant("local"))).resolves.toEqual(
      new Map(),
    );
    await expect(cacheIn(folder.path, "model-1", 4).load(testTenant("local"))).resolves.toEqual(
      new Map(),
    );
  });

  it("trusts nothing of a file with one wrong bit, or cut short", async () => {
    // Mutant: `decode` does not compare the hash.
    await using folder = await temporaryDirectory();
    const cache = cacheIn(folder.path);
    await cache.save(testTenant("local"), embeddings);
    const file = join(folder.path, "embeddings", "model-1", "local.bin");
    const whole = await readFile(file);
    const wrong = Buffer.from(whole);
    wrong[60] = (wrong[60] ?? 0) ^ 1;
    for (const content of [wrong, whole.subarray(0, -1), Buffer.alloc(0)]) {
      await writeFile(file, content);
      await expect(cache.load(testTenant("local"))).resolves.toEqual(new Map());
    }
  });

  it("is whole and one of theirs when several save at once, as replicas on one volume do", async () => {
    // Mutant: the partial file is named by the process alone.
    await using folder = await temporaryDirectory();
    const sets = Array.from({ length: 12 }, (_, at) => {
      return new Map([
        [textHashOf(`text ${at}`), { bytes: new Int8Array(WIDTH).fill(at), scale: 1 }],
      ]);
    });
    await Promise.all(sets.map((set) => cacheIn(folder.path).save(testTenant("local"), set)));
    const kept = await cacheIn(folder.path).load(testTenant("local"));
    expect(sets).toContainEqual(kept);
  });

  it("leaves no partial file behind", async () => {
    await using folder = await temporaryDirectory();
    const cache = cacheIn(folder.path);
    await cache.save(testTenant("local"), embeddings);
    await cache.save(testTenant("local"), embeddings);
    await expect(readdir(join(folder.path, "embeddings", "model-1"))).resolves.toEqual([
      "local.bin",
    ]);
  });
});
