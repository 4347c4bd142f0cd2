import { EventEmitter } from "node:events";
import { FRAME_SIZES, LiluxError, type ServerFrame } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import { createRefusals } from "../admit/refusals.ts";
import { createGatewayMetrics } from "../metrics.ts";
import { createFrameWriter } from "./frame-writer.ts";

/** A socket on paper, and a clock that is moved by hand. */
function stage() {
  let at = 0;
  const timers: { at: number; run: () => void }[] = [];
  const written: { at: number; text: string }[] = [];
  const closes: number[] = [];
  const socket = Object.assign(new EventEmitter(), {
    readyState: 1,
    bufferedAmount: 0,
    send: (text: string) => written.push({ at, text }),
    close: () => closes.push(at),
    terminate: () => undefined,
  });
  const metrics = createGatewayMetrics(new Registry());
  const refusals = createRefusals({
    metrics,
    logger: createLogger({ service: "gateway", level: "silent" }),
  });
  const writer = createFrameWriter(socket as unknown as WebSocket, {
    metrics,
    refusals,
    tenant: testTenant("acme"),
    bufferedBytesMax: 64 * 1_024,
    clock: {
      now: () => at,
      after(ms, run) {
        const timer = { at: at + ms, run };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    },
  });
  const moveTo = (until: number): void => {
    for (;;) {
      const due = timers.findIndex((timer) => timer.at <= until);
      const [timer] = due === -1 ? [] : timers.splice(due, 1);
      if (timer === undefined) break;
      at = timer.at;
      timer.run();
    }
    at = until;
  };
  return { writer, written, closes, moveTo };
}

const delta = (text: string, offset: number): ServerFrame => ({
  type: "text-delta",
  turnId: "t1",
  text,
  offset,
});

test("of a padded connection every frame has a size of a class, errors and the last one too, and leaves on a tick", () => {
  const { writer, written, closes, moveTo } = stage();
  writer.pad({ tickMs: 40 });
  for (const [index, length] of [1, 30, 700, 5_000, 9_000].entries()) {
    moveTo(7 + 55 * index);
    expect(writer.heldMs()).toBeGreaterThan(0);
    writer.send(delta("x".repeat(length), index + 1));
  }
  writer.fail(new LiluxError("slow_reader"));
  expect(closes).toEqual([]);
  moveTo(400);
  const sizes = written.map(({ text }) => Buffer.byteLength(text));
  expect(sizes).toEqual([512, 512, 1_024, 8_192, 16_384, 512]);
  expect(sizes.slice(0, 4).every((size) => FRAME_SIZES.some((wanted) => wanted === size))).toBe(
    true,
  );
  expect(written.map(({ at }) => at % 40)).toEqual(written.map(() => 0));
  // Before the close, and on the same tick.
  expect(closes).toEqual([written.at(-1)?.at]);
});

test("a connection that asked for nothing is written to at once, as it is", () => {
  const { writer, written, moveTo } = stage();
  moveTo(13);
  writer.send(delta("x", 1));
  expect([writer.tickMs(), writer.heldMs()]).toEqual([0, 0]);
  expect(written).toEqual([{ at: 13, text: JSON.stringify(delta("x", 1)) }]);
});
