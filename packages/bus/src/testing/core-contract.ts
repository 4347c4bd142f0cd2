import { LiluxError } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import type { Bus } from "../bus.ts";
import { type BusHarness, openFor, ownNames } from "./harness.ts";

const SOON = { withinMs: 20_000 };
const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const never = new Promise<never>(() => undefined);

export function registerCoreContract(create: () => Promise<BusHarness>): void {
  test("a request is answered by a responder, which sees its subject, body and trace", async () => {
    const { bus } = await openFor(create);
    const { keystroke } = ownNames();
    bus.respond(keystroke, async (message) => ({ saw: message }), { queue: "router" });
    await settled(bus);
    const answer = await bus.request(
      keystroke,
      { text: "zażółć 😀" },
      { deadlineMs: 2_000, traceparent: TRACE },
    );
    expect(answer).toEqual({
      saw: { subject: keystroke, body: { text: "zażółć 😀" }, traceparent: TRACE },
    });
  });

  test("a request nobody answers fails at once, long before its deadline", async () => {
    const { bus } = await openFor(create);
    const startedAt = performance.now();
    const request = bus.request(ownNames().keystroke, {}, { deadlineMs: 5_000 });
    await expect(request).rejects.toMatchObject({ code: "bus_unavailable", retryable: true });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test("an error thrown by a responder is the caller's error, without its inner cause", async () => {
    const { bus, faults } = await openFor(create);
    const { keystroke } = ownNames();
    bus.respond(keystroke, async ({ body }) => {
      if (body === "typed") {
        throw new LiluxError("item_ambiguous", { message: "Two.", details: { candidates: ["a"] } });
      }
      throw new Error("the password is hunter2");
    });
    await settled(bus);
    const typed = bus.request(keystroke, "typed", { deadlineMs: 2_000 });
    await expect(typed).rejects.toMatchObject({
      name: "LiluxError",
      code: "item_ambiguous",
      message: "Two.",
      details: { candidates: ["a"] },
    });
    const untyped = await bus
      .request(keystroke, "untyped", { deadlineMs: 2_000 })
      .catch((error: Error) => error);
    expect(untyped).toMatchObject({ code: "internal" });
    const { message, cause } = untyped as Error;
    expect(`${message} ${cause}`).not.toContain("hunter2");
    // The answer says that it was logged, and the responder's log has it.
    expect(faults.map(String)).toEqual(["Error: the password is hunter2"]);
  });

  test("a late answer is deadline_exceeded, and an abort is cancelled", async () => {
    const { bus } = await openFor(create);
    const { keystroke } = ownNames();
    bus.respond(keystroke, () => new Promise((resolve) => setTimeout(resolve, 300)));
    await settled(bus);
    const late = bus.request(keystroke, {}, { deadlineMs: 30 });
    await expect(late).rejects.toMatchObject({ code: "deadline_exceeded" });
    const caller = new AbortController();
    const aborted = bus.request(keystroke, {}, { deadlineMs: 5_000, signal: caller.signal });
    caller.abort();
    await expect(aborted).rejects.toMatchObject({ code: "cancelled" });
  });

  test("a message reaches every plain subscriber and one member of each queue", async () => {
    const { bus } = await openFor(create);
    const { keystroke } = ownNames();
    const taken: string[] = [];
    const take = (name: string) => () => void taken.push(name);
    bus.subscribe(keystroke, take("plain"));
    bus.subscribe(keystroke, take("plain"));
    bus.subscribe(keystroke, take("router"), { queue: "router" });
    bus.subscribe(keystroke, take("router"), { queue: "router" });
    bus.subscribe(keystroke, take("audit"), { queue: "audit" });
    await settled(bus);
    bus.publish(keystroke, {});
    await eventually(() => taken.length >= 4, SOON);
    await settled(bus);
    expect(taken.sort()).toEqual(["audit", "plain", "plain", "router"]);
  });

  test("wildcards take the subjects they cover and no others", async () => {
    const { bus } = await openFor(create);
    const { keystroke } = ownNames();
    const [, , , , session] = keystroke.split(".");
    const taken: string[] = [];
    bus.subscribe(`lilux.v1.*.keystroke.${session}`, () => void taken.push("star"));
    bus.subscribe(`lilux.v1.*.${session}`, () => void taken.push("star over two tokens"));
    bus.subscribe("lilux.v1.local.>", ({ body }) => void (body === session && taken.push("rest")));
    bus.subscribe(`${keystroke}.>`, () => void taken.push("rest of nothing"));
    await settled(bus);
    bus.publish(keystroke, session);
    await eventually(() => taken.length >= 2, SOON);
    await settled(bus);
    expect(taken.sort()).toEqual(["rest", "star"]);
  });

  test("nobody shares memory: each receiver has a body of its own", async () => {
    const { bus } = await openFor(create);
    const { keystroke } = ownNames();
    const seen: unknown[] = [];
    for (const _receiver of [1, 2]) {
      bus.subscribe(keystroke, ({ body }) => {
        const shared = body as { list: number[] };
        seen.push([...shared.list]);
        shared.list.push(9);
      });
    }
    await settled(bus);
    const sent = { list: [1] };
    bus.publish(keystroke, sent);
    sent.list.push(2);
    await eventually(() => seen.length === 2, SOON);
    expect(seen).toEqual([[1], [1]]);
    expect(sent.list).toEqual([1, 2]);
  });

  test("handlers start in the order of sending, and one that throws stops none after it", async () => {
    const { bus } = await openFor(create);
    const { keystroke } = ownNames();
    const started: unknown[] = [];
    bus.subscribe(keystroke, ({ body }) => {
      started.push(body);
      if (body === 1) throw new Error("scripted");
    });
    await settled(bus);
    for (let number = 0; number < 50; number += 1) bus.publish(keystroke, number);
    await eventually(() => started.length === 50, SOON);
    expect(started).toEqual(Array.from({ length: 50 }, (_, number) => number));
  });

  // Mutant: a close() that does not wait for the running handlers.
  test("close takes nothing new and resolves when running handlers are done", async () => {
    const { bus } = await openFor(create);
    const { keystroke } = ownNames();
    const work = Promise.withResolvers<void>();
    let started = 0;
    let closed = false;
    const subscription = bus.subscribe(keystroke, async () => {
      started += 1;
      await work.promise;
    });
    await settled(bus);
    bus.publish(keystroke, {});
    await eventually(() => started === 1, SOON);
    const closing = subscription.close().then(() => {
      closed = true;
    });
    await settled(bus);
    bus.publish(keystroke, {});
    await settled(bus);
    expect({ started, closed }).toEqual({ started: 1, closed: false });
    work.resolve();
    await closing;
  });

  test("a body over 1 MiB is refused where it is sent", async () => {
    const { bus } = await openFor(create);
    const { keystroke, turn } = ownNames();
    const large = "x".repeat(1024 * 1024);
    expect(() => bus.publish(keystroke, large)).toThrow(/1 MiB/);
    const append = bus.append("TURNS", turn, large, { id: turn });
    await expect(append).rejects.toMatchObject({ code: "invalid_request" });
  });

  // Mutant: a drain() without its bound.
  test("a handler that hangs holds a drain up only for so long", async () => {
    const { bus } = await openFor(create);
    const { keystroke } = ownNames();
    let started = false;
    bus.subscribe(keystroke, () => {
      started = true;
      return never;
    });
    await settled(bus);
    bus.publish(keystroke, {});
    await eventually(() => started, SOON);
    const startedAt = performance.now();
    await bus.drain();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test("a drained bus refuses work as unavailable", async () => {
    const { bus } = await openFor(create);
    const { keystroke, turn } = ownNames();
    bus.respond(keystroke, async () => "late");
    await settled(bus);
    await bus.drain();
    expect(bus.connected()).toBe(false);
    const refused = { code: "bus_unavailable" };
    await expect(bus.request(keystroke, {}, { deadlineMs: 500 })).rejects.toMatchObject(refused);
    await expect(bus.append("TURNS", turn, {}, { id: turn })).rejects.toMatchObject(refused);
  });
}

/** Resolves when what was sent before has arrived: subscriptions, publishes. */
async function settled(bus: Bus): Promise<void> {
  const { keystroke } = ownNames();
  const responder = bus.respond(keystroke, async () => "here");
  await bus.request(keystroke, {}, { deadlineMs: 2_000 });
  await responder.close();
}
