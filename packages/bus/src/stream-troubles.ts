import type { Clock } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { StreamName } from "./bus.ts";

/** How long a failed append is held against its stream, unless a later one succeeds. */
const FRESH_MS = 10_000;

/** What is known to keep streams from taking messages. */
export interface StreamTroubles {
  /** Runs an append and remembers whether it worked. */
  watch<T>(stream: StreamName, append: () => Promise<T>): Promise<T>;
  /** What was found when a stream was looked at; undefined when it is well. */
  found(stream: StreamName, trouble: string | undefined): void;
  /** One sentence for each; empty when nothing is known. */
  all(): string[];
}

/**
 * A stream is in trouble while it is missing or just refused a message. The
 * second is forgotten after a while: a service that is sent nothing because it
 * is not ready could not find out otherwise that it is well again.
 */
export function createStreamTroubles(clock: Pick<Clock, "monotonic">): StreamTroubles {
  const missing = new Map<StreamName, string>();
  const refused = new Map<StreamName, { at: number; why: string }>();

  return {
    async watch(stream, append) {
      try {
        const appended = await append();
        refused.delete(stream);
        return appended;
      } catch (error) {
        const { code } = LiluxError.from(error);
        // The sender's own fault says nothing about the stream.
        const isOurs = code === "bus_unavailable" || code === "deadline_exceeded";
        if (isOurs) refused.set(stream, { at: clock.monotonic(), why: code });
        throw error;
      }
    },
    found(stream, trouble) {
      if (trouble === undefined) missing.delete(stream);
      else missing.set(stream, trouble);
    },
    all() {
      const texts = [...missing].map(([stream, trouble]) => `stream ${stream} ${trouble}`);
      for (const [stream, { at, why }] of refused) {
        if (missing.has(stream) || clock.monotonic() - at > FRESH_MS) continue;
        texts.push(`stream ${stream} does not take messages (${why})`);
      }
      return texts;
    },
  };
}
