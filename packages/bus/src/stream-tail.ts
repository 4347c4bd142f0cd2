import type { Bus, StreamMessage, StreamName } from "./bus.ts";

/** What one subject of a stream holds, each message once and in order. */
export interface StreamTail {
  /** What came since the last time; the first time all there is. Rejects as `read` does, and then misses nothing. */
  next(): Promise<StreamMessage[]>;
}

export interface StreamTailOptions {
  stream: StreamName;
  subject: string;
  /** Of one reading. */
  messagesMax: number;
  deadlineMs: number;
}

/** Clocks of two processes differ by less. */
const OVERLAP_MS = 10_000;

export function createStreamTail(bus: Pick<Bus, "read">, options: StreamTailOptions): StreamTail {
  const { stream, subject, messagesMax, deadlineMs } = options;
  let sequence = 0;
  let storedAt = 0;
  return {
    async next() {
      const since = Math.max(0, storedAt - OVERLAP_MS);
      const messages = await bus.read(stream, subject, { messagesMax, deadlineMs, since });
      const fresh = messages.filter((message) => message.sequence > sequence);
      for (const message of fresh) {
        sequence = Math.max(sequence, message.sequence);
        storedAt = Math.max(storedAt, message.storedAt);
      }
      return fresh;
    },
  };
}
