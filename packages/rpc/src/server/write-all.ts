import type { Writable } from "node:stream";

/**
 * Writes what comes, as fast as the reader takes it: the producer waits while
 * the reader's buffer is full, and nobody waits for a reader that is gone.
 */
export async function writeAll<T>(
  messages: AsyncIterable<T>,
  to: Writable,
  signal: AbortSignal,
): Promise<void> {
  for await (const message of messages) {
    if (to.destroyed || to.write(message) || signal.aborted) continue;
    await drained(to, signal);
  }
}

async function drained(stream: Writable, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => resolve();
  stream.once("drain", done);
  stream.once("close", done);
  signal.addEventListener("abort", done, { once: true });
  await promise;
  stream.off("drain", done);
  stream.off("close", done);
  signal.removeEventListener("abort", done);
}
