import { expect, it } from "vitest";
import { createItemPace } from "./item-pace.ts";

it("begins items at full speed while nobody types, and one in so many milliseconds after a line", () => {
  let now = 0;
  const pace = createItemPace({ everyMs: 10, quietAfterMs: 1_000, now: () => now });
  const begin = (): number => {
    const waitMs = pace.waitMs();
    if (waitMs === 0) pace.itemBegan();
    return waitMs;
  };
  expect([begin(), begin()]).toEqual([0, 0]);
  pace.lineCame();
  expect(begin()).toBe(10);
  now = 4;
  expect(begin()).toBe(6);
  now = 10;
  expect([begin(), begin()]).toEqual([0, 10]);
  now = 999;
  pace.itemBegan();
  expect(begin()).toBe(10);
  now = 1_000;
  expect([begin(), begin()]).toEqual([0, 0]);
});

it("leaves as much time to others as an item took, where that is longer", () => {
  let now = 0;
  const pace = createItemPace({ everyMs: 10, quietAfterMs: 1_000, now: () => now });
  pace.lineCame();
  pace.itemBegan();
  now = 3;
  pace.itemEnded();
  expect(pace.waitMs()).toBe(7);
  now = 10;
  pace.itemBegan();
  now = 40;
  pace.itemEnded();
  expect(pace.waitMs()).toBe(30);
});
