import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { subjects } from "../subjects.ts";
import { createInProcessBus } from "./create-in-process-bus.ts";
import { eraseLines } from "./erase-lines.ts";

const GONE = subjects.turn(testTenant("acme"), "s1");
const OTHER = subjects.turn(testTenant("acme-two"), "s1");
const READ = { messagesMax: 100, deadlineMs: 5_000 };
const PURGE = { deadlineMs: 5_000 };

async function journalOf(directory: string): Promise<{ path: string; text: string }> {
  const folder = join(directory, "TURNS");
  const [name = ""] = (await readdir(folder)).filter((one) => one.endsWith(".jsonl")).sort();
  const path = join(folder, name);
  return { path, text: await readFile(path, "utf8") };
}

async function filled(journalDirectory: string): Promise<void> {
  const bus = createInProcessBus({ journalDirectory });
  for (const id of ["1", "2"]) {
    await bus.append("TURNS", OTHER, { text: `kept ${id}` }, { id: `o${id}` });
    await bus.append("TURNS", GONE, { text: `ganz geheim ä ${id}` }, { id: `g${id}` });
  }
  await bus.drain();
}

// Mutants: `continueAfter` left out where a line was erased; an index that is emptied and files that are not.
test("a purged tenant's words are in no file, its places are not given again, and others are read as before", async () => {
  await using directory = await temporaryDirectory();
  await filled(directory.path);
  const bus = createInProcessBus({ journalDirectory: directory.path });
  const purged = await bus.purgeTenant(testTenant("acme"), PURGE);
  expect(purged.find(({ stream }) => stream === "TURNS")?.messages).toBe(2);
  const { text } = await journalOf(directory.path);
  expect(text).not.toContain("geheim");
  expect(text).not.toContain("lilux.v1.acme.");
  await bus.drain();

  const next = createInProcessBus({ journalDirectory: directory.path });
  expect(await next.append("TURNS", OTHER, { text: "after" }, { id: "o3" })).toMatchObject({
    sequence: 5,
  });
  const others = await next.read("TURNS", OTHER, READ);
  expect(others.map(({ body }) => body)).toEqual([
    { text: "kept 1" },
    { text: "kept 2" },
    { text: "after" },
  ]);
  expect(await next.read("TURNS", GONE, READ)).toEqual([]);
  await next.drain();
});

// Mutant: only what the index knows is erased.
test("a line that is damaged behind its head, or too many for its stream, is erased as well", async () => {
  await using directory = await temporaryDirectory();
  const limits = { TURNS: { maxMessagesPerSubject: 1, full: "drop-oldest" } } as const;
  const journalDirectory = directory.path;
  await filled(journalDirectory);
  const { path, text } = await journalOf(journalDirectory);
  await writeFile(path, text.replace("geheim ä 2", "geheim ! 2!"));
  const bus = createInProcessBus({ journalDirectory, limits });
  await bus.purgeTenant(testTenant("acme"), PURGE);
  await bus.drain();
  expect((await journalOf(journalDirectory)).text).not.toContain("geheim");
});

test("erasing again changes nothing, and a file that went is none", async () => {
  await using directory = await temporaryDirectory();
  await filled(directory.path);
  const { path } = await journalOf(directory.path);
  await eraseLines(path, testTenant("acme"));
  const once = await readFile(path, "utf8");
  await eraseLines(path, testTenant("acme"));
  expect(await readFile(path, "utf8")).toBe(once);
  await eraseLines(join(directory.path, "none.jsonl"), testTenant("acme"));
});
