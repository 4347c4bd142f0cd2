import { expect, test } from "vitest";
import { isDeeperThan } from "./is-deeper-than.ts";

const nested = (levels: number): unknown =>
  JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`);

test("a value nests as deep as its innermost, and none is too deep to be looked at", () => {
  expect(isDeeperThan("flat", 0)).toBe(false);
  expect(isDeeperThan(nested(64), 64)).toBe(false);
  expect(isDeeperThan(nested(65), 64)).toBe(true);
  expect(isDeeperThan({ wide: [1, { deep: nested(70) }], other: null }, 64)).toBe(true);
  expect(isDeeperThan(nested(500_000), 64)).toBe(true);
});
