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
  /** From the intended send to the answer, in ms, of every answered request. */
  latenciesMs: Float64Array;
  /** Requests without an answer. They are bad, whatever the answered ones took. */
  missing: number;
  /** Requests per second that were really sent. */
  achievedRate: number;
  /** How late the driver itself sent, worst case, in ms. */
  sendLagMsMax: number;
}

/**
 * Sends at a fixed rate whatever comes back, and times each answer from the
 * moment its request was due: a stall cannot hide by delaying the next sends.
 */
export async function driveOpenLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { ratePerSecond, seconds, send, missingAfterMs, onProgress } = options;
  const total = Math.round(ratePerSecond * seconds);
  const intervalMs = 1_000 / ratePerSecond;
  const latencies: number[] = [];
  let missing = 0;
  let sendLagMsMax = 0;
  const startedAt = performance.now() + intervalMs;
  const waiting: Promise<void>[] = [];

  for (let index = 0; index < total; index += 1) {
    const dueAt = startedAt + index * intervalMs;
    const early = dueAt - performance.now();
    if (early > 1) await delay(early);
    sendLagMsMax = Math.max(sendLagMsMax, performance.now() - dueAt);
    const answered = send(index).then(
      () => {
        const latency = performance.now() - dueAt;
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
    sendLagMsMax,
  };
}
