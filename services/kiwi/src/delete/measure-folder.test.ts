import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { measureFolder } from "./measure-folder.ts";

// Mutants: `stat` for `lstat`; folders of the first level alone.
test("a folder is as large as its files are, whatever its links lead to", async () => {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const folder = join(directory.path, "acme");
  const outside = join(directory.path, "outside");
  await mkdir(join(folder, ".ai", "deep"), { recursive: true });
  await mkdir(outside);
  await writeFile(join(folder, ".ai", "deep", "one.md"), "é".repeat(50));
  await writeFile(join(folder, "two.md"), "x".repeat(11));
  await writeFile(join(outside, "large.md"), "x".repeat(5_000));
  await symlink(outside, join(folder, "to-a-folder"));
  await symlink(join(outside, "large.md"), join(folder, "to-a-file"));
  await symlink(folder, join(directory.path, "linked"));
  expect(await measureFolder(folder)).toBe(111);
  expect(await measureFolder(join(directory.path, "linked"))).toBe(0);
  expect(await measureFolder(join(directory.path, "nobody"))).toBe(0);
});
