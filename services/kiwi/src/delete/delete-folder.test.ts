import { mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { deleteFolder, isLinked } from "./delete-folder.ts";

/** Two tenants' folders under a root, and something beside it that is nobody's. */
async function roots(): Promise<{ root: string; outside: string }> {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const root = join(directory.path, "tenants");
  const outside = join(directory.path, "outside");
  for (const folder of [join(root, "acme"), join(root, "acme-two"), outside]) {
    await mkdir(join(folder, ".ai", "deep"), { recursive: true });
    await writeFile(join(folder, ".ai", "deep", "item.md"), "text");
  }
  return { root, outside };
}

const holds = (folder: string) => readFile(join(folder, ".ai", "deep", "item.md"), "utf8");

// Mutants: `stat` for `lstat`; links that are walked into.
test("a tenant's folder goes with its links, and nothing that a link points to, nor a neighbour's", async () => {
  const { root, outside } = await roots();
  await symlink(outside, join(root, "acme", "to-a-folder"));
  await symlink(join(outside, ".ai", "deep", "item.md"), join(root, "acme", "to-a-file"));
  await symlink("..", join(root, "acme", "up"));
  expect(await deleteFolder(root, testTenant("acme"))).toBe(4);
  expect(await readdir(root)).toEqual(["acme-two"]);
  expect(await holds(outside)).toBe("text");
  expect(await holds(join(root, "acme-two"))).toBe("text");
  expect(await deleteFolder(root, testTenant("acme"))).toBe(0);
});

test("of a folder that is a link only the link goes", async () => {
  const { root, outside } = await roots();
  await symlink(outside, join(root, "linked"));
  expect(await isLinked(root, testTenant("linked"))).toBe(true);
  expect(await isLinked(root, testTenant("acme"))).toBe(false);
  expect(await deleteFolder(root, testTenant("linked"))).toBe(1);
  expect(await holds(outside)).toBe("text");
  expect(await readdir(root)).toEqual(["acme", "acme-two"]);
});

// Mutant: what was moved aside is not looked for.
test("what a killed process had moved aside goes as well, and what was written since", async () => {
  const { root } = await roots();
  await rename(join(root, "acme"), join(root, ".deleting-acme"));
  await mkdir(join(root, "acme"));
  await writeFile(join(root, "acme", "late.md"), "late");
  expect(await deleteFolder(root, testTenant("acme"))).toBe(2);
  expect(await readdir(root)).toEqual(["acme-two"]);
});

test("no name leads out of the root", async () => {
  const { root, outside } = await roots();
  for (const name of ["..", "../outside", ".", "", "acme/../acme-two", "/etc"]) {
    await expect(deleteFolder(root, testTenant(name))).rejects.toMatchObject({ code: "internal" });
  }
  expect(await holds(outside)).toBe("text");
  expect(await holds(join(root, "acme"))).toBe("text");
});
