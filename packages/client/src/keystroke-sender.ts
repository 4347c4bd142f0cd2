import type { PacedConnection } from "./paced.ts";

/** Above this the network is behind, and only the newest line is worth sending. */
const BUFFERED_BYTES_MAX = 4_096;
const RETRY_MS = 20;
/** Of frames that wait for a tick: the newest line alone is sent. */
const NAME = "keystroke";

/** Sends lines as they are typed; while it cannot, it keeps the newest alone. */
export interface KeystrokeSender {
  /** `gapMs`: the least time between two frames. */
  send(text: string, gapMs: number): void;
  /** Forgets what waits: the line was committed, or the connection is gone. */
  clear(): void;
}

export function createKeystrokeSender(connection: PacedConnection): KeystrokeSender {
  let waiting: { text: string; gapMs: number } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === undefined) return;
    const waitMs = lastAt + waiting.gapMs - performance.now();
    const busy = connection.bufferedBytes() > BUFFERED_BYTES_MAX;
    if (waitMs > 0 || busy) {
      timer = setTimeout(flush, Math.max(waitMs, busy ? RETRY_MS : 1));
      return;
    }
    const { text } = waiting;
    waiting = undefined;
    lastAt = performance.now();
    if (connection.send(text, NAME)) connection.expectAnswer();
  }

  return {
    send(text, gapMs) {
      waiting = { text, gapMs };
      if (timer === undefined) flush();
    },
    clear() {
      waiting = undefined;
      connection.drop(NAME);
    },
  };
}
