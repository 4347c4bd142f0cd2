import { setTimeout as delay } from "node:timers/promises";

export interface OpenLoopOptions {
  ratePerSecond: number;
  seconds: number;
  /** Sends request `index` now and resolves when its answer came; rejects when none will come. */
  send: (index: number) => Promise<void>;
  /** An answer later than this counts as missing. */
  missingAfterMs: number;
  onProgress?: (done: number, total: number) => void;
}

export interface OpenLoopResult {
  /** From the send to the answer, in ms, of every answered request. */
  latenciesMs: Float64Array;
  /** Requests without an answer. They are bad, whatever the answered ones took. */
  missing: number;
  /** Requests per second that were really sent. */
  achievedRate: number;
  /** How late the driver itself sent each, in ms, sorted. */
  sendLagsMs: Float64Array;
}

/**
 * Sends at a fixed rate whatever comes back: a stall of what is measured cannot
 * hide by delaying the next sends. Nothing is sent before it is due, and each
 * answer is timed from its send. How late the driver itself was, which shares the
 * machine, is told apart.
 */
export async function driveOpenLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { ratePerSecond, seconds, send, missingAfterMs, onProgress } = options;
  const total = Math.round(ratePerSecond * seconds);
  const intervalMs = 1_000 / ratePerSecond;
  const latencies: number[] = [];
  let missing = 0;
  const lags: number[] = [];
  const startedAt = performance.now() + intervalMs;
  const waiting: Promise<void>[] = [];

  for (let index = 0; index < total; index += 1) {
    const dueAt = startedAt + index * intervalMs;
    await untilDue(dueAt);
    const sentAt = performance.now();
    lags.push(sentAt - dueAt);
    const answered = send(index).then(
      () => {
        const latency = performance.now() - sentAt;
        if (latency > missingAfterMs) missing += 1;
        else latencies.push(latency);
      },
      () => {
        missing += 1;
      },
    );
    waiting.push(answered);
    if (index % ratePerSecond === 0) onProgress?.(index, total);
  }
  const sendingMs = performance.now() - startedAt;
  await Promise.all(waiting);
  return {
    latenciesMs: Float64Array.from(latencies).sort(),
    missing,
    achievedRate: (total / sendingMs) * 1_000,
    sendLagsMs: Float64Array.from(lags).sort(),
  };
}

/**
 * Timers count whole milliseconds and may end early: then one more. A driver that turned its
 * event loop until the moment came would take the processor from what it measures.
 */
async function untilDue(dueAt: number): Promise<void> {
  for (;;) {
    const leftMs = dueAt - performance.now();
    if (leftMs <= 0) return;
    await delay(Math.ceil(leftMs));
  }
}
