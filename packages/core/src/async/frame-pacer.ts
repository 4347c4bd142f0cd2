/** Lets frames out on the ticks of a clock, and at no other time. */
export interface FramePacer {
  /** `replaces`: what still waits under that name is not sent. */
  push(frame: string, replaces?: string): void;
  /** What waits under that name is not sent. */
  drop(name: string): void;
  /** How long a frame that comes now waits. */
  waitMs(): number;
  waitingLength(): number;
  /** After what waits, on the tick it leaves. Later frames go nowhere. */
  end(then: () => void): void;
  /** At once, without what waits. */
  stop(): void;
}

export interface FramePacerOptions {
  tickMs: number;
  send(frame: string): void;
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls after so many milliseconds; what it answers calls that off. */
  after(ms: number, run: () => void): () => void;
}

/**
 * Ticks are counted from the start. All that came since the last one leaves together, so who watches the
 * line sees in which ticks somebody had something to say and how many frames it was, and no time between.
 * Where nothing waits no timer runs.
 */
export function createFramePacer({ tickMs, send, now, after }: FramePacerOptions): FramePacer {
  const startedAt = now();
  let waiting: { frame: string; name: string | undefined }[] = [];
  let callOff: (() => void) | undefined;
  let atEnd: (() => void) | undefined;
  let isEnded = false;

  const waitMs = (): number => tickMs - ((now() - startedAt) % tickMs);

  function arm(): void {
    callOff ??= after(waitMs(), tick);
  }

  function tick(): void {
    callOff = undefined;
    const leaving = waiting;
    waiting = [];
    for (const { frame } of leaving) send(frame);
    atEnd?.();
    atEnd = undefined;
  }

  function drop(name: string): void {
    waiting = waiting.filter((entry) => entry.name !== name);
  }

  return {
    push(frame, name) {
      if (isEnded) return;
      if (name !== undefined) drop(name);
      waiting.push({ frame, name });
      arm();
    },
    drop,
    waitMs,
    waitingLength: () => waiting.reduce((sum, { frame }) => sum + frame.length, 0),
    end(then) {
      isEnded = true;
      atEnd = then;
      arm();
    },
    stop() {
      isEnded = true;
      waiting = [];
      callOff?.();
      callOff = undefined;
    },
  };
}

/** On the platform's own timers, for what lives as long as a connection. */
export function platformTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
