import { expect, test } from "vitest";
import { createLatestWins } from "./latest-wins.ts";

const line = (text: string) => ({ text });

test("of any number of lines typed during one prediction only the newest is asked next", () => {
  const mailbox = createLatestWins<{ text: string }>();
  const [first, second, third] = [line("f"), line("fi"), line("fin")];
  expect(mailbox.offer(first)).toEqual({ start: true, replaced: undefined });
  expect(mailbox.offer(second)).toEqual({ start: false, replaced: undefined });
  expect(mailbox.offer(third)).toEqual({ start: false, replaced: second });
  expect(mailbox.isStale(first)).toBe(true);
  expect(mailbox.finish()).toBe(third);
  expect(mailbox.isStale(third)).toBe(false);
  expect(mailbox.finish()).toBeUndefined();
});

test("a cleared mailbox drops what waits and the answer in flight", () => {
  const mailbox = createLatestWins<{ text: string }>();
  const [first, second] = [line("f"), line("fi")];
  mailbox.offer(first);
  mailbox.offer(second);
  expect(mailbox.clear()).toBe(second);
  expect(mailbox.isStale(first)).toBe(true);
  expect(mailbox.finish()).toBeUndefined();
  expect(mailbox.offer(line("g")).start).toBe(true);
});
