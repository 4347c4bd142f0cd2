import { FRAME_SIZES, paddedBytes, padFrame } from "@lilux/protocol";
import { expect, test } from "vitest";
import { createFramePacer } from "./frame-pacer.ts";

/** A clock that is moved by hand, and what left at which time. */
function line(tickMs: number) {
  let at = 1_000.25;
  let timers: { at: number; run: () => void }[] = [];
  const left: { at: number; frame: string }[] = [];
  const pacer = createFramePacer({
    tickMs,
    now: () => at,
    after(ms, run) {
      const timer = { at: at + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    send: (frame) => left.push({ at: at - 1_000.25, frame }),
  });
  const move = (ms: number): void => {
    const until = at + ms;
    for (;;) {
      const [next] = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      timers = timers.filter((timer) => timer !== next);
      at = next.at;
      next.run();
    }
    at = until;
  };
  return { pacer, left, move, timers: () => timers.length };
}

test("whatever is typed and whenever, only sizes of a class leave, and only on ticks", () => {
  const { pacer, left, move } = line(40);
  let text = "";
  for (const [index, pause] of [3, 61, 117, 5, 39, 41, 250, 1, 1, 80].entries()) {
    move(pause);
    text += index % 2 === 0 ? "a" : "日本語".repeat(60);
    pacer.push(padFrame(JSON.stringify({ type: "keystroke", seq: index, text })), "keystroke");
  }
  move(40);
  const sizes = left.map(({ frame }) => Buffer.byteLength(frame));
  expect(left.length).toBeGreaterThan(4);
  expect(sizes.filter((size) => !FRAME_SIZES.some((allowed) => allowed === size))).toEqual([]);
  expect(left.map(({ at }) => at % 40).filter((rest) => rest > 1e-6 && rest < 40 - 1e-6)).toEqual(
    [],
  );
  expect(JSON.parse(left.at(-1)?.frame ?? "")).toMatchObject({ seq: 9, text });
});

test("a frame waits one tick at most, the newest of a name alone leaves, and no timer runs while nothing waits", () => {
  const { pacer, left, move, timers } = line(40);
  expect(timers()).toBe(0);
  move(1);
  expect(pacer.waitMs()).toBeCloseTo(39);
  for (const frame of ["one", "two", "three"]) pacer.push(frame, "keystroke");
  pacer.push("submit");
  expect(pacer.waitingLength()).toBe("threesubmit".length);
  expect(left).toEqual([]);
  move(39);
  expect(left.map(({ frame }) => frame)).toEqual(["three", "submit"]);
  expect(timers()).toBe(0);
  pacer.push("four", "keystroke");
  pacer.drop("keystroke");
  move(40);
  expect(left).toHaveLength(2);
});

test("an end comes after what waits and on its tick, and nothing after it; a stop sends nothing", () => {
  const { pacer, left, move } = line(40);
  let ended: number | undefined;
  pacer.push("an error");
  pacer.end(() => {
    ended = left.length;
  });
  pacer.push("too late");
  expect(ended).toBeUndefined();
  move(40);
  expect([ended, left.map(({ frame }) => frame)]).toEqual([1, ["an error"]]);
  const other = line(40);
  other.pacer.push("lost");
  other.pacer.stop();
  other.move(80);
  expect([other.left, other.timers()]).toEqual([[], 0]);
});

test("a size is the next of its class, a multiple of the largest above it, and never more than is taken", () => {
  const sizes = [0, 1, 512, 513, 8_192, 8_193, 20_000].map((bytes) => paddedBytes(bytes));
  expect(sizes).toEqual([512, 512, 512, 1_024, 8_192, 16_384, 24_576]);
  expect(paddedBytes(48_900, 49_024)).toBe(49_024);
  expect(paddedBytes(60_000, 49_024)).toBe(60_000);
  const padded = padFrame('{"text":"für 日本"}');
  expect(Buffer.byteLength(padded)).toBe(512);
  expect(JSON.parse(padded)).toEqual({ text: "für 日本" });
});
