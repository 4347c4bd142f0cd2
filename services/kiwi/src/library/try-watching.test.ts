import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { tryWatching } from "./try-watching.ts";

async function aLibrary() {
  const directory = await temporaryDirectory();
  await mkdir(join(directory.path, ".ai", "scripts", "email"), { recursive: true });
  const userHome = join(directory.path, "nobody");
  return { project: directory.path, userHome, tenantRoot: undefined };
}

test("a library that can be watched is, and one that is not there costs nothing", async () => {
  const config = await aLibrary();
  expect(await tryWatching(config)).toEqual([
    { folder: config.project, mode: { kind: "watching" } },
    { folder: config.userHome, mode: { kind: "watching" } },
  ]);
});

// Mutants: only the first folder is tried; the refusal is kept to oneself.
test.each(["ENOSPC", "EMFILE"])(
  "a system without watches left (%s) is told of, also deep in the tree",
  async (code) => {
    const config = await aLibrary();
    const [tried] = await tryWatching(config, (path, onName) => {
      if (path.endsWith("email")) throw Object.assign(new Error("no more"), { code });
      return watch(path, (_event, name) => onName(name));
    });
    expect(tried).toEqual({ folder: config.project, mode: { kind: "polling", refusal: code } });
  },
);
