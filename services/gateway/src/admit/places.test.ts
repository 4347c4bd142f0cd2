import { expect, test } from "vitest";
import { createPlaces } from "./places.ts";

const BOUNDS = { atOnce: 1, waitingMax: 2, waitWithinMs: 60_000 };
const STAYS = new AbortController().signal;

test("a place given back goes to whoever waits longest; giving it back twice is once", async () => {
  const places = createPlaces(BOUNDS);
  const leave = await places.enter(STAYS);
  const order: string[] = [];
  const waitAs = async (name: string) => {
    const next = await places.enter(STAYS);
    order.push(name);
    return next;
  };
  const first = waitAs("first");
  const second = waitAs("second");
  leave?.();
  leave?.();
  const leaveFirst = await first;
  expect(order).toEqual(["first"]);
  leaveFirst?.();
  await second;
  expect(order).toEqual(["first", "second"]);
});

test("whoever comes when too many wait gets none", async () => {
  const places = createPlaces(BOUNDS);
  await places.enter(STAYS);
  void places.enter(STAYS);
  void places.enter(STAYS);
  expect(await places.enter(STAYS)).toBeUndefined();
});

// Mutant: an abort that leaves its place in the line: the freed place goes to nobody.
test("whoever goes away while waiting takes no place", async () => {
  const places = createPlaces(BOUNDS);
  const leave = await places.enter(STAYS);
  const caller = new AbortController();
  const waiting = places.enter(caller.signal);
  const next = places.enter(STAYS);
  caller.abort();
  await expect(waiting).rejects.toThrow();
  leave?.();
  expect(await next).toBeTypeOf("function");
});

test("nobody waits for ever, and whoever gave up takes no place", async () => {
  const places = createPlaces({ ...BOUNDS, waitWithinMs: 1 });
  const leave = await places.enter(STAYS);
  expect(await places.enter(STAYS)).toBeUndefined();
  leave?.();
  expect(await places.enter(STAYS)).toBeTypeOf("function");
});
