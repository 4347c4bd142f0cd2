import type { LiluxError } from "@lilux/protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRefusedFrames } from "./refused-frames.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const told: { code: string; turnId: string | undefined }[] = [];
  const socket = { isPaused: false };
  const reading = {
    pause() {
      socket.isPaused = true;
    },
    resume() {
      socket.isPaused = false;
    },
  };
  const frames = createRefusedFrames(reading, {
    fail: ({ code }: LiluxError, turnId) => void told.push({ code, turnId }),
  });
  const usedUp = { limit: "frames", waitMs: 20 } as const;
  return {
    told,
    socket,
    close: frames.close,
    take: (frame: object | string, receivedAt = 0) =>
      frames.take(Buffer.from(typeof frame === "string" ? frame : JSON.stringify(frame)), {
        usedUp,
        receivedAt,
      }),
  };
}

const keystroke = (seq: number) => ({ type: "keystroke", seq, text: "find" });

// Mutants: `leaveUnread` that pauses nothing; a pause that does not end.
test("a burst above the tenant's share is told, a flood is left unread for a while and read again", () => {
  const { socket, take } = setUp();
  for (let seq = 1; seq <= 100; seq += 1) take(keystroke(seq));
  expect(socket.isPaused).toBe(false);
  take(keystroke(101));
  expect(socket.isPaused).toBe(true);
  vi.advanceTimersByTime(1_000);
  expect(socket.isPaused).toBe(false);
});

// Mutant: every refused keystroke is told.
test("refused keystrokes are told once a second, however they are written, and all else each time with its turn", () => {
  const { told, take } = setUp();
  for (let seq = 1; seq <= 20; seq += 1) {
    take(keystroke(seq), 10 * seq);
    take({ seq, text: "find", type: "keystroke" }, 10 * seq);
  }
  expect(told).toEqual([{ code: "rate_limited", turnId: undefined }]);
  told.length = 0;
  take({ type: "ask", turnId: "keystroke", text: '{"type":"keystroke"' });
  take({ turnId: "t2", type: "submit", text: "find" });
  take('{"type":"ask","turnId"');
  expect(told).toEqual([
    { code: "rate_limited", turnId: "keystroke" },
    { code: "rate_limited", turnId: "t2" },
    { code: "rate_limited", turnId: undefined },
  ]);
});

// Mutant: `close` without `clearTimeout`.
test("a socket that is gone is not read again", () => {
  const { socket, take, close } = setUp();
  for (let seq = 1; seq <= 101; seq += 1) take(keystroke(seq));
  close();
  vi.advanceTimersByTime(1_000);
  expect(socket.isPaused).toBe(true);
});
