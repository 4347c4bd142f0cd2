import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { createManualClock } from "@lilux/testkit";
import { expect, test } from "vitest";
import { type AdmissionRequest, createAdmission, type Place } from "./create-admission.ts";

const NEVER = new AbortController().signal;
const LONG_MS = 60_000;

function admission(runningMax: number, clock: Clock = SYSTEM_CLOCK) {
  const created = createAdmission({
    runningMax,
    clock,
    onWaited: () => undefined,
  });
  const order: string[] = [];
  const enter = (tenant: string, more: Partial<AdmissionRequest> = {}, signal = NEVER) => {
    const request = {
      tenant,
      purpose: "converse",
      tokens: 100,
      weight: 1,
      waitMs: LONG_MS,
    } as const;
    const place = created.enter({ ...request, ...more }, signal);
    void place.then(
      () => order.push(tenant),
      () => undefined,
    );
    return place;
  };
  return { ...created, enter, order };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

// Mutant: a queue that serves in the order of coming.
test("a tenant that floods has the other wait for one turn of it, not for all", async () => {
  const { enter, order } = admission(1);
  const first = await enter("flood");
  const flood = Array.from({ length: 50 }, () => enter("flood"));
  const quiet = enter("quiet");
  first.leave();
  const leave = (place: Place) => place.leave();
  for (const place of flood) void place.then(leave);
  (await quiet).leave();
  expect(order.indexOf("quiet")).toBeLessThanOrEqual(2);
  await Promise.all(flood);
});

// Mutant: without `isKept`: whoever asks for one thing at a time waits for a whole answer of the flood each time.
test("where several tenants come, a flood leaves the last place to whoever has none", async () => {
  const { enter, order, waiting } = admission(4);
  (await enter("quiet")).leave();
  const flood = Array.from({ length: 6 }, () => enter("flood"));
  await Promise.all(flood.slice(0, 3));
  expect(waiting()).toBe(3);
  for (let turn = 0; turn < 3; turn += 1) (await enter("quiet")).leave();
  expect(order.filter((tenant) => tenant === "flood")).toHaveLength(3);
  for (const place of flood) void place.then(({ leave }) => leave());
  await Promise.all(flood);
});

test("a tenant that is alone has every place, also a while after another came", async () => {
  const clock = createManualClock();
  const { enter } = admission(2, clock);
  await Promise.all([enter("alone"), enter("alone")]).then((places) => {
    for (const { leave } of places) leave();
  });
  (await enter("other")).leave();
  const one = await enter("alone");
  const two = enter("alone");
  await settled();
  clock.advance(61_000);
  // The other one is forgotten when the next request comes or goes.
  one.leave();
  await Promise.all([two, enter("alone")]);
});

test("a doubtful call goes before answers, and an explanation waits for nobody", async () => {
  const { enter, order } = admission(1);
  const first = await enter("a");
  const answer = enter("b");
  const verdict = enter("c", { purpose: "verify" });
  await expect(enter("d", { purpose: "explain" })).rejects.toMatchObject({ code: "overloaded" });
  first.leave();
  (await verdict).leave();
  (await answer).leave();
  expect(order).toEqual(["a", "c", "b"]);
});

test("a wait is bounded: then it is overloaded, says when to come again, and holds no place", async () => {
  const { enter, running, waiting } = admission(1);
  const first = await enter("a");
  await expect(enter("b", { waitMs: 5 })).rejects.toMatchObject({
    code: "overloaded",
    details: { limit: "model_requests", retryAfterMs: expect.any(Number) },
  });
  expect([running(), waiting()]).toEqual([1, 0]);
  first.leave();
  first.leave();
  expect(running()).toBe(0);
  (await enter("b", { waitMs: 5 })).leave();
});

// Mutant: the waiter stays in the queue when its turn was cancelled.
test("a turn that is cancelled while it waits leaves the queue at once", async () => {
  const { enter, running, waiting } = admission(1);
  const first = await enter("a");
  const cancelled = new AbortController();
  const gone = enter("b", {}, cancelled.signal);
  await settled();
  expect(waiting()).toBe(1);
  cancelled.abort();
  await expect(gone).rejects.toThrow();
  expect(waiting()).toBe(0);
  first.leave();
  expect(running()).toBe(0);
});

test("a tenant's own bound holds back that tenant and nobody behind it", async () => {
  const { enter, running } = admission(3);
  const one = { tenantRunningMax: 1 };
  const first = await enter("a", one);
  const second = enter("a", one);
  const other = await enter("b");
  expect(running()).toBe(2);
  first.leave();
  (await second).leave();
  other.leave();
  expect(running()).toBe(0);
});

// Mutant: `leave` without `correct`.
test("what really cost more than was thought counts at the tenant's next turn", async () => {
  const { enter, order } = admission(1);
  (await enter("dear")).leave(10_000);
  const other = await enter("other");
  const waiting = ["dear", "cheap", "cheap", "cheap"].map((tenant) => enter(tenant));
  for (const place of waiting) void place.then((each) => each.leave());
  other.leave();
  await Promise.all(waiting);
  expect(order).toEqual(["dear", "other", "cheap", "cheap", "cheap", "dear"]);
});
