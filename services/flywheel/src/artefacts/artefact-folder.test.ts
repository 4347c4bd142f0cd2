import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestJson } from "@lilux/core/calls";
import { SYSTEM_FILES, type WritingFiles } from "@lilux/files";
import { createLogger, type Part } from "@lilux/runtime";
import { createManualClock, eventually, temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { artefactOf } from "../testing/models.ts";
import { createArtefactFolder } from "./artefact-folder.ts";
import { SWEEPS_EVERY_MS, sweepArtefacts } from "./sweep-artefacts.ts";

const MIB = 1024 * 1024;
const SOON = { withinMs: 60_000 };
const [one, other] = [artefactOf(1), artefactOf(2)];
const [oneHash, otherHash] = [digestJson(one), digestJson(other)];

async function open(more: { bytesMax?: number; files?: WritingFiles } = {}) {
  const folder = await temporaryDirectory();
  onTestFinished(() => folder.remove());
  const directory = join(folder.path, "artefacts");
  return { directory, folder: createArtefactFolder({ directory, bytesMax: MIB, ...more }) };
}

/** Handles that fail at writing, as on a full disk. */
const fullDisk: WritingFiles = {
  ...SYSTEM_FILES,
  open: async (...given) => {
    const handle = await SYSTEM_FILES.open(...given);
    const writeFile = (): never => {
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    };
    return Object.assign(handle, { writeFile });
  },
};

// Mutants: `read` without its hash; `put` that trusts a file of the name.
test("what is read is what was put: a file that was changed is not there, and putting it again mends it", async () => {
  const { directory, folder } = await open();
  expect(await folder.get(oneHash)).toBeUndefined();
  await folder.put(oneHash, one);
  expect(await folder.get(oneHash)).toEqual(one);
  const path = join(directory, `${oneHash}.json`);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("[1]", "[9]"));
  expect(await folder.get(oneHash)).toBeUndefined();
  await writeFile(path, text.slice(0, 20));
  expect(await folder.get(oneHash)).toBeUndefined();
  await folder.put(oneHash, one);
  expect(await folder.get(oneHash)).toEqual(one);
  expect(await readdir(directory)).toEqual([`${oneHash}.json`]);
});

// Mutant: a file that is written in place.
test("a full disk refuses with what to do, and leaves nothing behind", async () => {
  const { directory, folder } = await open({ files: fullDisk });
  await expect(folder.put(oneHash, one)).rejects.toMatchObject({
    code: "storage_full",
    message: expect.stringContaining("make room and register it again"),
  });
  expect(await readdir(directory)).toEqual([]);
});

test("the folder grows to its limit and no further, and what is there already is no growth", async () => {
  const { folder } = await open({ bytesMax: 400 });
  await folder.put(oneHash, one);
  await expect(folder.put(otherHash, other)).rejects.toMatchObject({
    code: "storage_full",
    message: expect.stringContaining("LILUX_FLYWHEEL_ARTEFACTS_MIB_MAX"),
  });
  await folder.put(oneHash, one);
});

// Mutants: a sweep that deletes at the first look; one that takes an error for an empty registry.
test("files that no row names go at the second look, and none go while the registry cannot be asked", async () => {
  const { directory, folder } = await open();
  const clock = createManualClock();
  let isAway = true;
  const models = {
    artefactsOutside: async () => {
      if (isAway) throw new Error("away");
      return [otherHash];
    },
  };
  await folder.put(oneHash, one);
  await folder.put(otherHash, other);
  await writeFile(join(directory, ".broken-off.draft"), "half");
  const logger = createLogger({ service: "test", level: "silent" });
  const part: Part = sweepArtefacts({ folder, models, clock, logger });
  await part.start?.();
  onTestFinished(async () => part.stop?.(0));
  const look = async () => {
    await eventually(() => clock.sleepers(SWEEPS_EVERY_MS) === 1, SOON);
    clock.advance(SWEEPS_EVERY_MS);
    await eventually(() => clock.sleepers(SWEEPS_EVERY_MS) === 1, SOON);
  };
  await look();
  isAway = false;
  await look();
  expect(await readdir(directory)).toHaveLength(3);
  await look();
  expect(await readdir(directory)).toEqual([`${otherHash}.json`]);
});
