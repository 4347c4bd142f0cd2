import type { Clock } from "@lilux/core/async";

export type ConfirmAnswer = "approved" | "declined" | "timeout";

/** Destructive calls of one turn that wait for the person. */
export interface Confirmations {
  /** Registered at once, before the first await: an answer cannot come too early. */
  wait(callId: string, signal: AbortSignal): Promise<ConfirmAnswer>;
  /** False when no call of that id waits. */
  answer(callId: string, approve: boolean): boolean;
}

/** How long a person may think. */
const CONFIRM_DEADLINE_MS = 5 * 60_000;

export function createConfirmations(clock: Clock): Confirmations {
  const waiting = new Map<string, (answer: ConfirmAnswer) => void>();
  return {
    async wait(callId, signal) {
      const { promise, resolve } = Promise.withResolvers<ConfirmAnswer>();
      waiting.set(callId, resolve);
      const answered = new AbortController();
      const either = AbortSignal.any([signal, answered.signal]);
      const expiry = clock.sleep(CONFIRM_DEADLINE_MS, either).then(() => "timeout" as const);
      try {
        return await Promise.race([promise, expiry]);
      } finally {
        waiting.delete(callId);
        answered.abort();
      }
    },
    answer(callId, approve) {
      const resolve = waiting.get(callId);
      resolve?.(approve ? "approved" : "declined");
      return resolve !== undefined;
    },
  };
}
