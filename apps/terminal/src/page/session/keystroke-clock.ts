/** Times keystrokes from sending to prediction. */
export interface KeystrokeClock {
  start(seq: number): void;
  /** Milliseconds since this keystroke, once; null when it was never timed. */
  stop(seq: number): number | null;
}

const WAITING_MAX = 64;

/** `now` is in milliseconds. A keystroke that was replaced gets no prediction and is forgotten. */
export function createKeystrokeClock(now: () => number): KeystrokeClock {
  const started = new Map<number, number>();
  return {
    start(seq) {
      started.set(seq, now());
      const oldest = started.keys().next();
      if (started.size > WAITING_MAX && !oldest.done) started.delete(oldest.value);
    },
    stop(seq) {
      const at = started.get(seq);
      started.delete(seq);
      return at === undefined ? null : now() - at;
    },
  };
}
