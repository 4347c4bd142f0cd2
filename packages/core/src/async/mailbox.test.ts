import { describe, expect, it, test } from "vitest";
import { createMailbox } from "./mailbox.ts";

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const value of values) read.push(value);
  return read;
}

/** Lets everything that is ready go on, many times over. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

const kinds = [
  ["dropOldest", () => createMailbox<number>({ max: 1_000, whenFull: "dropOldest" })],
  ["refuse", () => createMailbox<number>({ max: 1_000, whenFull: "refuse" })],
  ["wait", () => createMailbox<number>({ max: 1_000, whenFull: "wait" })],
] as const;

// Mutants, each of which makes a test here hang: `changed()` left out of `add`, of `end`, of `take`,
// and `change.resolve()` left out of `changed`.
describe.each(kinds)("a mailbox that would %s", (_name, create) => {
  it("hands on every value in order, however writer and reader take turns", async () => {
    for (let pause = 0; pause < 8; pause += 1) {
      const mailbox = create();
      const reading = all(mailbox);
      for (let value = 0; value < 20; value += 1) {
        void mailbox.push(value);
        for (let turn = 0; turn < (value * 7 + pause) % 8; turn += 1) await Promise.resolve();
      }
      mailbox.end();
      expect(await reading).toEqual(Array.from({ length: 20 }, (_, value) => value));
    }
  });

  it("wakes a reader that was there first, for a value and for the end", async () => {
    const mailbox = create();
    const reader = mailbox[Symbol.asyncIterator]();
    const first = reader.next();
    await settle();
    void mailbox.push(1);
    expect(await first).toEqual({ done: false, value: 1 });
    const second = reader.next();
    await settle();
    mailbox.end();
    expect(await second).toMatchObject({ done: true });
  });

  it("is read to the end by a reader that comes after it", async () => {
    const mailbox = create();
    void mailbox.push(1);
    void mailbox.push(2);
    mailbox.end(3);
    void mailbox.push(4);
    mailbox.end(5);
    expect(await all(mailbox)).toEqual([1, 2, 3]);
  });
});

test("a full mailbox drops the oldest", async () => {
  const mailbox = createMailbox<number>({ max: 2, whenFull: "dropOldest" });
  expect([1, 2, 3].map((value) => mailbox.push(value))).toEqual([true, true, true]);
  mailbox.end();
  expect(await all(mailbox)).toEqual([2, 3]);
});

test("a full mailbox refuses what is new, takes it when there is room, and takes a last word", async () => {
  const mailbox = createMailbox<number>({ max: 2, whenFull: "refuse" });
  expect([1, 2, 3].map((value) => mailbox.push(value))).toEqual([true, true, false]);
  const reader = mailbox[Symbol.asyncIterator]();
  await reader.next();
  expect(mailbox.push(4)).toBe(true);
  mailbox.end(5);
  expect(await all(mailbox)).toEqual([2, 4, 5]);
});

test("values are weighed where they are of different size", async () => {
  const weigh = (text: string): number => text.length;
  const refusing = createMailbox<string>({ max: 10, whenFull: "refuse", weigh });
  expect(["aaaaaa", "bbbbb", "cccc"].map((text) => refusing.push(text))).toEqual([
    true,
    false,
    true,
  ]);
  const dropping = createMailbox<string>({ max: 10, whenFull: "dropOldest", weigh });
  for (const text of ["aaaaaa", "bb", "ccccccc"]) dropping.push(text);
  dropping.end();
  expect(await all(dropping)).toEqual(["bb", "ccccccc"]);
});

describe("a mailbox that makes writers wait", () => {
  it("lets a writer go on when the reader has made room, and no sooner", async () => {
    const mailbox = createMailbox<number>({ max: 2, whenFull: "wait" });
    let written = 0;
    const writing = (async () => {
      for (const value of [1, 2, 3, 4]) {
        await mailbox.push(value);
        written = value;
      }
      mailbox.end();
    })();
    await settle();
    expect(written).toBe(1);
    const reader = mailbox[Symbol.asyncIterator]();
    expect(await reader.next()).toMatchObject({ value: 1 });
    await settle();
    expect(written).toBe(2);
    expect(await all(mailbox)).toEqual([2, 3, 4]);
    await writing;
  });

  it("keeps nobody waiting after the end or the signal", async () => {
    const stop = new AbortController();
    const stopped = createMailbox<number>({ max: 1, whenFull: "wait", signal: stop.signal });
    const waiting = stopped.push(1);
    stop.abort();
    await waiting;
    await stopped.push(2);
    const ended = createMailbox<number>({ max: 1, whenFull: "wait" });
    const last = ended.push(1);
    ended.end();
    await last;
    expect(await all(ended)).toEqual([1]);
  });
});
