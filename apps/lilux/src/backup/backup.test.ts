import { appendFile, cp, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInProcessBus, type InProcessBus } from "@lilux/bus";
import { SYSTEM_CLOCK } from "@lilux/core/async";
import { createLogger } from "@lilux/runtime";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { backup } from "../commands/backup.ts";
import { restore } from "../commands/restore.ts";
import { embeddedSource } from "./embedded-source.ts";
import { readBackup } from "./manifest.ts";
import { serveBackups } from "./serve-backups.ts";
import { writeBackup } from "./write-backup.ts";

/** A machine that is busy with other tests must not turn an answer into a miss. */
const UNHURRIED_MS = 30_000;
const SUBJECT = "lilux.v1.acme.turn.s1";
const logger = createLogger({ service: "test", level: "silent" });

async function folder(): Promise<string> {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  return directory.path;
}

/** The bus of an instance in a state folder, as `lilux up` has it. */
async function openBus(state: string): Promise<InProcessBus> {
  const bus = createInProcessBus({ logger, journalDirectory: join(state, "journal") });
  await bus.ready();
  return bus;
}

/** An instance of which only what is kept is there, and which answers to `lilux backup`. */
async function startInstance(state: string): Promise<InProcessBus> {
  await mkdir(join(state, "signing"), { recursive: true });
  await writeFile(join(state, "signing", "acme.key"), "secret");
  await mkdir(join(state, "cache"));
  await writeFile(join(state, "cache", "large"), "made again");
  const bus = await openBus(state);
  const source = embeddedSource(state, undefined);
  const served = serveBackups({
    stateDirectory: state,
    backup: (directory) => writeBackup(directory, source, SYSTEM_CLOCK),
    logger,
  });
  await served.start();
  onTestFinished(async () => {
    await served.stop();
    await bus.drain();
  });
  return bus;
}

function run(command: typeof backup, directory: string, state: string): Promise<number> {
  const context = { env: {}, json: true, print: () => undefined };
  return command(context, [directory], { state });
}

async function turnsOf(bus: InProcessBus): Promise<number[]> {
  const wanted = { messagesMax: 1_000_000, deadlineMs: 30_000 };
  return (await bus.read("TURNS", SUBJECT, wanted)).map(({ body }) => Number(body));
}

// Mutant: positions copied after the segments; segments listed before the mark.
test("a backup of an instance at work has every turn that was accepted before it began, once it is restored", async () => {
  const [root, state] = [await folder(), join(await folder(), "state")];
  const bus = await startInstance(state);
  const acknowledged: number[] = [];
  let goesOn = true;
  const load = (async () => {
    for (let id = 0; goesOn; id += 1) {
      await bus.append("TURNS", SUBJECT, id, { id: `t${id}`, deadlineMs: UNHURRIED_MS });
      acknowledged.push(id);
    }
  })();
  onTestFinished(async () => {
    goesOn = false;
    await load;
  });
  await eventually(() => expect(acknowledged.length).toBeGreaterThan(50), { withinMs: 30_000 });
  const promised = [...acknowledged];
  expect(await run(backup, join(root, "kept"), state)).toBe(0);
  goesOn = false;
  await load;

  const fresh = join(root, "fresh");
  expect(await run(restore, join(root, "kept"), fresh)).toBe(0);
  expect((await readdir(fresh)).sort()).toEqual(["journal", "signing"]);
  const restored = await openBus(fresh);
  onTestFinished(() => restored.drain());
  const there = await turnsOf(restored);
  expect(there.slice(0, promised.length)).toEqual(promised);
  expect(there).toEqual(there.map((_, at) => at));
  // Who sends a turn again because nobody answered does not double it.
  const again = await restored.append("TURNS", SUBJECT, 0, { id: "t0", deadlineMs: UNHURRIED_MS });
  expect(again.duplicate).toBe(true);
});

test("an instance that is stopped is kept the same way, and one that is killed in the middle leaves no backup", async () => {
  const [root, state] = [await folder(), join(await folder(), "state")];
  const bus = await openBus(state);
  await bus.append("TURNS", SUBJECT, 7, { id: "t7", deadlineMs: UNHURRIED_MS });
  // It runs, and serves no backups: its journal's claim names it.
  await expect(run(backup, join(root, "kept"), state)).rejects.toMatchObject({
    code: "bus_unavailable",
  });
  expect(await readdir(root)).toEqual([]);
  await bus.drain();
  expect(await run(backup, join(root, "kept"), state)).toBe(0);
  expect((await readBackup(join(root, "kept"))).streams["TURNS"]).toEqual({ messages: 1 });
  const broken = {
    ...embeddedSource(state, undefined),
    saveState: () => Promise.reject(new Error("full")),
  };
  await expect(writeBackup(join(root, "half"), broken, SYSTEM_CLOCK)).rejects.toThrow("full");
  expect(await readdir(root)).toEqual(["kept"]);
});

test("nothing is restored of a damaged backup, nor over an instance, nor is a backup written over anything", async () => {
  const [root, state] = [await folder(), join(await folder(), "state")];
  const bus = await openBus(state);
  await bus.append("TURNS", SUBJECT, 1, { id: "t1", deadlineMs: UNHURRIED_MS });
  await bus.drain();
  const kept = join(root, "kept");
  await run(backup, kept, state);
  const invalid = { code: "config_invalid" };
  await expect(run(restore, kept, state)).rejects.toMatchObject(invalid);
  await expect(run(backup, kept, state)).rejects.toMatchObject(invalid);
  await expect(run(backup, join(root, "none"), join(root, "nobody"))).rejects.toMatchObject(
    invalid,
  );

  const segment = join("streams", "TURNS", "0000000000000001.jsonl");
  const damages: [string, (copy: string) => Promise<void>][] = [
    ["changed", (copy) => appendFile(join(copy, segment), "x")],
    ["missing", (copy) => rm(join(copy, segment))],
    ["missing", (copy) => rm(join(copy, "manifest.json"))],
    ["cannot be read", (copy) => writeFile(join(copy, "manifest.json"), "{}")],
    ["is not of it", (copy) => writeFile(join(copy, "state", "added"), "")],
    // Whoever restores it would write where it leads.
    ["is neither a file nor a folder", (copy) => symlink("/etc", join(copy, "state", "cache"))],
    ["is neither a file nor a folder", (copy) => symlink("gone", join(copy, "streams", "OTHER"))],
  ];
  for (const [at, [says, damage]] of damages.entries()) {
    const copy = join(root, `damaged-${at}`);
    await cp(kept, copy, { recursive: true });
    await damage(copy);
    await expect(run(restore, copy, join(root, "fresh"))).rejects.toThrow(says);
  }
  expect(await readdir(root)).not.toContain("fresh");
});
