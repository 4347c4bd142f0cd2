import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createAppendQueue } from "./append-queue.ts";

/** A bus whose first appends fail, as many as told. */
function queueWith({ failures = 0, waitingMax = 10 }) {
  const stored: (string | undefined)[] = [];
  let left = failures;
  let dropped = 0;
  const queue = createAppendQueue({
    bus: {
      async append(_stream, _subject, _body, options) {
        left -= 1;
        if (left >= 0) throw new Error("the stream does not answer");
        stored.push(options.id);
        return Promise.resolve({ sequence: stored.length, duplicate: false });
      },
    },
    stream: "INTERACTIONS",
    waitingMax,
    onDropped(count) {
      dropped += count;
    },
  });
  const add = (...ids: string[]): void => {
    for (const id of ids) queue.add({ subject: "a", body: {}, id });
  };
  return { queue, stored, add, dropped: () => dropped };
}

// Mutant: shift before the append; a message whose append failed is lost.
test("what could not be stored is tried again, in order", async () => {
  const { queue, stored, add, dropped } = queueWith({ failures: 1 });
  add("1", "2", "3");
  await eventually(() => expect(stored).toEqual(["1", "2", "3"]), { withinMs: 10_000 });
  await eventually(() => queue.waiting() === 0, { withinMs: 10_000 });
  expect(dropped()).toBe(0);
});

test("more than the bound drops the oldest, and what is added after the end", async () => {
  const { queue, add, dropped } = queueWith({ failures: 1_000, waitingMax: 2 });
  add("1", "2", "3");
  expect([queue.waiting(), dropped()]).toEqual([2, 1]);
  await queue.close(0);
  expect(dropped()).toBe(3);
  add("4");
  expect(dropped()).toBe(4);
});
