import { wholeMs } from "@lilux/protocol";

/**
 * Whether the work is done within `ms`. Rejects as the work does; goes on
 * without it when it is late, and the work itself goes on. To know its value,
 * await it again: `(await finishWithin(work, ms)) ? await work : undefined`.
 */
export async function finishWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), wholeMs(Math.max(0, ms)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
