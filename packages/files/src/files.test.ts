import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { replaceFile, SYSTEM_FILES, type WritingFiles, writeNewFile } from "./index.ts";
import { putFile } from "./put-file.ts";

const full = (): never => {
  throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
};

/** Files whose handles fail at one step, after noting every step before it. */
function filesFailingAt(step: "writeFile" | "sync" | "rename" | undefined, steps: string[]) {
  const files: WritingFiles = {
    ...SYSTEM_FILES,
    rename: async (...given) => {
      steps.push("rename");
      if (step === "rename") full();
      return SYSTEM_FILES.rename(...given);
    },
    open: async (...given) => {
      const handle = await SYSTEM_FILES.open(...given);
      for (const name of ["writeFile", "sync"] as const) {
        const real = handle[name].bind(handle) as (...args: unknown[]) => Promise<void>;
        Object.assign(handle, {
          [name]: async (...args: unknown[]) => {
            steps.push(name);
            if (step === name) full();
            return real(...args);
          },
        });
      }
      return handle;
    },
  };
  return files;
}

// Mutants: a file written in place; a draft that is left behind.
test.each(["writeFile", "sync", "rename"] as const)(
  "a replacement that fails at %s leaves what was there, and nothing beside it",
  async (step) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, "kept");
    await replaceFile(path, "before");
    const put = putFile(filesFailingAt(step, []), {
      path,
      text: "after",
      mode: 0o600,
      as: "replacement",
    });
    await expect(put).rejects.toThrow("no space");
    expect(await readFile(path, "utf8")).toBe("before");
    expect(await readdir(directory.path)).toEqual(["kept"]);
  },
);

// Mutant: a name given before the bytes are on the disk: a power cut leaves an empty file.
test("the bytes are on the disk before they have the name, and then the name is", async () => {
  await using directory = await temporaryDirectory();
  const steps: string[] = [];
  const path = join(directory.path, "kept");
  await putFile(filesFailingAt(undefined, steps), {
    path,
    text: "text",
    mode: 0o640,
    as: "replacement",
  });
  expect(steps).toEqual(["writeFile", "sync", "rename", "sync"]);
  expect((await stat(path)).mode & 0o777).toBe(0o640);
});

test("a new file is the owner's alone, its folder is made, and one that is there stays", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "a", "b", "key");
  expect(await writeNewFile(path, "first")).toBe(true);
  expect(await writeNewFile(path, "second")).toBe(false);
  expect(await readFile(path, "utf8")).toBe("first");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("of many replacements at once one is there, whole", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "kept");
  const texts = Array.from({ length: 8 }, (_, at) => String(at).repeat(50_000));
  await Promise.all(texts.map((text) => replaceFile(path, text)));
  expect(texts).toContain(await readFile(path, "utf8"));
  expect(await readdir(directory.path)).toEqual(["kept"]);
});
