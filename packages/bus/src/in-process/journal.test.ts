import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clockOf, eventually, temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { STREAMS } from "../streams.ts";
import { subjects } from "../subjects.ts";
import { createInProcessBus } from "./create-in-process-bus.ts";

const TURN = subjects.turn(testTenant("local"), "session");
const READ = { messagesMax: 100_000, deadlineMs: 5_000 };

async function segmentsOf(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, "TURNS"));
  return names.filter((name) => name.endsWith(".jsonl")).sort();
}

async function bodiesIn(journalDirectory: string): Promise<unknown[]> {
  const bus = createInProcessBus({ journalDirectory });
  const messages = await bus.read("TURNS", TURN, READ);
  await bus.drain();
  return messages.map(({ body }) => body);
}

// Mutant: appendLines() that writes 50 ms later and does not wait for it. What a missing
// fdatasync would lose, only a power cut shows.
test("kill -9 in the middle of writing loses no acknowledged append", async () => {
  await using directory = await temporaryDirectory();
  const writer = fork(new URL("../testing/append-for-ever.ts", import.meta.url), [directory.path]);
  onTestFinished(() => void writer.kill("SIGKILL"));
  const acknowledged = collectNumbers(writer);
  await eventually(() => acknowledged.length > 500, { withinMs: 10_000 });
  writer.kill("SIGKILL");
  await once(writer, "exit");
  const kept = new Set(await bodiesIn(directory.path));
  expect(acknowledged.filter((number) => !kept.has(number))).toEqual([]);
});

function collectNumbers(writer: ChildProcess): number[] {
  const numbers: number[] = [];
  writer.on("message", (number) => numbers.push(Number(number)));
  return numbers;
}

// Mutant: a loadSegment() that does not cut the torn line off.
test("a torn last line is cut off, and the next append stands on its own line", async () => {
  await using directory = await temporaryDirectory();
  const bus = createInProcessBus({ journalDirectory: directory.path });
  await bus.append("TURNS", TURN, "whole", { id: "1" });
  await bus.drain();
  const [segment = ""] = await segmentsOf(directory.path);
  await appendFile(join(directory.path, "TURNS", segment), '{"sequence":2,"at":17');

  const next = createInProcessBus({ journalDirectory: directory.path });
  const appended = await next.append("TURNS", TURN, "after", { id: "2" });
  await next.drain();
  expect(appended).toEqual({ sequence: 2, duplicate: false });
  expect(await bodiesIn(directory.path)).toEqual(["whole", "after"]);
});

test("a damaged line in the middle costs that message and no other", async () => {
  await using directory = await temporaryDirectory();
  const bus = createInProcessBus({ journalDirectory: directory.path });
  for (const id of ["one", "two", "three"]) await bus.append("TURNS", TURN, id, { id });
  await bus.drain();
  const [segment = ""] = await segmentsOf(directory.path);
  const path = join(directory.path, "TURNS", segment);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('"id":"two"', '"id":"two'));
  expect(await bodiesIn(directory.path)).toEqual(["one", "three"]);
});

// Mutant: a parseStoredLine() that does not compare the checksum.
test("a byte flipped inside a text costs that message, and is never told as what was stored", async () => {
  await using directory = await temporaryDirectory();
  const bus = createInProcessBus({ journalDirectory: directory.path });
  for (const id of ["one", "two", "three"]) await bus.append("TURNS", TURN, `say ${id}`, { id });
  await bus.drain();
  const [segment = ""] = await segmentsOf(directory.path);
  const path = join(directory.path, "TURNS", segment);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("say two", "say twa"));
  expect(await bodiesIn(directory.path)).toEqual(["say one", "say three"]);
});

test("lines of a version without checksums are read", async () => {
  await using directory = await temporaryDirectory();
  const bus = createInProcessBus({ journalDirectory: directory.path });
  for (const id of ["one", "two"]) await bus.append("TURNS", TURN, id, { id });
  await bus.drain();
  const [segment = ""] = await segmentsOf(directory.path);
  const path = join(directory.path, "TURNS", segment);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replaceAll(/,"crc32":"[0-9a-f]{8}"/g, ""));
  expect(await bodiesIn(directory.path)).toEqual(["one", "two"]);
});

test("messages older than the stream keeps are gone, with their files", async () => {
  await using directory = await temporaryDirectory();
  let now = 1_700_000_000_000;
  const clock = clockOf(() => now);
  const bus = createInProcessBus({ journalDirectory: directory.path, clock });
  const half = "x".repeat(500_000);
  for (let number = 0; number < 40; number += 1) {
    await bus.append("TURNS", TURN, half, { id: String(number) });
  }
  expect((await segmentsOf(directory.path)).length).toBeGreaterThan(2);
  now += STREAMS.TURNS.maxAgeMs + 1;
  const last = await bus.append("TURNS", TURN, "new", { id: "new" });
  expect(last.sequence).toBe(41);
  const left = await bus.read("TURNS", TURN, READ);
  expect(left.map(({ body }) => body)).toEqual(["new"]);
  await eventually(async () => (await segmentsOf(directory.path)).length === 1, {
    withinMs: 20_000,
  });
  await bus.drain();
});

test("two processes never share one journal", async () => {
  await using directory = await temporaryDirectory();
  const bus = createInProcessBus({ journalDirectory: directory.path });
  await bus.ready();
  const second = createInProcessBus({ journalDirectory: directory.path });
  await expect(second.ready()).rejects.toThrow(new RegExp(`Process ${process.pid} already`));
  await expect(second.append("TURNS", TURN, 1, { id: "1" })).rejects.toMatchObject({
    code: "bus_unavailable",
  });
  await second.drain();
  await bus.append("TURNS", TURN, 1, { id: "1" });
  await bus.drain();
  // Both gave the folder back or never had it.
  expect(await bodiesIn(directory.path)).toEqual([1]);
});

// Mutant: isRunning() that only asks whether the number is in use.
test("a claim of an ended process is taken over, also when its number is in use again", async () => {
  await using directory = await temporaryDirectory();
  const claims = [
    JSON.stringify({ pid: process.pid, startedAt: "1" }),
    JSON.stringify({ pid: 2 ** 30, startedAt: "1" }),
    '{"pid":',
  ];
  for (const claim of claims) {
    await writeFile(join(directory.path, "lock"), claim);
    const bus = createInProcessBus({ journalDirectory: directory.path });
    await bus.ready();
    await bus.drain();
  }
});

// Mutant: done() called before the handler.
test("a message whose handler had not returned at a kill is handed out again", async () => {
  await using directory = await temporaryDirectory();
  const worker = fork(new URL("../testing/hang-in-handler.ts", import.meta.url), [directory.path]);
  onTestFinished(() => void worker.kill("SIGKILL"));
  await once(worker, "message");
  worker.kill("SIGKILL");
  await once(worker, "exit");
  const bus = createInProcessBus({ journalDirectory: directory.path });
  const seen: unknown[] = [];
  const take = async ({ body }: { body: unknown }): Promise<void> => void seen.push(body);
  await bus.consume("TURNS", take, { durable: "worker", inFlightMax: 1 });
  await eventually(() => seen.length > 0, { withinMs: 20_000 });
  await bus.drain();
  expect(seen).toEqual(["hangs"]);
});

// Mutant: `isDeleted` that says no.
test("a journal that is deleted while it is written keeps nothing falsely: what is acknowledged later is there", async () => {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const journalDirectory = join(directory.path, "streams");
  const bus = createInProcessBus({ journalDirectory });
  await bus.append("TURNS", TURN, "before", { id: "before" });
  await rm(journalDirectory, { recursive: true });
  expect(bus.troubles()).not.toEqual([]);
  await bus.append("TURNS", TURN, "after", { id: "after" });
  expect(bus.troubles()).toEqual([]);
  const copy = join(directory.path, "copy");
  await cp(journalDirectory, copy, { recursive: true });
  const next = createInProcessBus({ journalDirectory: copy });
  const read = { messagesMax: 10, deadlineMs: 1_000 };
  expect((await next.read("TURNS", TURN, read)).map(({ body }) => body)).toEqual(["after"]);
  await next.drain();
  await bus.drain().catch(() => undefined);
});

// Mutant: `watch` that does not remember.
test("a disk that refuses is told until it takes again", async () => {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const bus = createInProcessBus({ journalDirectory: directory.path });
  await bus.ready();
  // A file where the stream's folder should be takes no segment.
  await rm(join(directory.path, "TURNS"), { recursive: true });
  await writeFile(join(directory.path, "TURNS"), "");
  const append = () => bus.append("TURNS", TURN, "a", { id: "a" });
  await expect(append()).rejects.toMatchObject({ code: "bus_unavailable" });
  expect(bus.troubles().join()).toContain("TURNS");
  await rm(join(directory.path, "TURNS"));
  await mkdir(join(directory.path, "TURNS"));
  await append();
  expect(bus.troubles()).toEqual([]);
  await bus.drain();
});
