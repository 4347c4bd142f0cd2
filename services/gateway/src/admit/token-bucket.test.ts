import { expect, test } from "vitest";
import { createTokenBucket } from "./token-bucket.ts";

test("a burst passes, then no more than the rate", () => {
  const bucket = createTokenBucket(10, 3);
  expect([0, 0, 0, 0].map((at) => bucket.take(at))).toEqual([true, true, true, false]);
  expect(bucket.take(50)).toBe(false);
  expect(bucket.take(100)).toBe(true);
  expect(bucket.take(100)).toBe(false);
});

test("a clock that steps back gives nothing away", () => {
  const bucket = createTokenBucket(10, 1);
  expect(bucket.take(1_000)).toBe(true);
  expect(bucket.take(0)).toBe(false);
});

test("it says when so many may pass, and is right", () => {
  const bucket = createTokenBucket(10, 4);
  expect([bucket.take(0, 3), bucket.left(0)]).toEqual([true, 1]);
  expect(bucket.take(0, 2)).toBe(false);
  const waitMs = bucket.waitMs(0, 2);
  expect(bucket.take(waitMs - 1, 2)).toBe(false);
  expect(bucket.take(waitMs, 2)).toBe(true);
  expect(bucket.take(bucket.fullInMs(waitMs) + waitMs, 4)).toBe(true);
});

test("what is larger than any burst passes when the bucket is full, and empties it", () => {
  const bucket = createTokenBucket(10, 4);
  expect([bucket.take(0, 50), bucket.take(0)]).toEqual([true, false]);
});
