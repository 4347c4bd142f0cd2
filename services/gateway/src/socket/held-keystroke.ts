import type { Keystroke } from "@lilux/protocol";

/** Holds back the newest keystroke of a client that types faster than its limit. */
export interface HeldKeystroke {
  offer(keystroke: Keystroke, how: { receivedAt: number; isWithinRate: boolean }): void;
  /** The line was committed or the socket is gone. */
  clear(): void;
}

/** Within the rate a keystroke passes at once; above it, one passes each `gapMs`: the newest. */
export function createHeldKeystroke(
  gapMs: number,
  pass: (keystroke: Keystroke, receivedAt: number) => void,
  onReplaced: () => void,
): HeldKeystroke {
  let held: Keystroke | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function drop(): void {
    if (held !== undefined) onReplaced();
    held = undefined;
  }

  return {
    offer(keystroke, { receivedAt, isWithinRate }) {
      drop();
      if (isWithinRate) {
        pass(keystroke, receivedAt);
        return;
      }
      held = keystroke;
      timer ??= setTimeout(() => {
        timer = undefined;
        const next = held;
        held = undefined;
        // The wait is the client's doing, so it is not counted against our promise.
        if (next !== undefined) pass(next, performance.now());
      }, gapMs);
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
      drop();
    },
  };
}
