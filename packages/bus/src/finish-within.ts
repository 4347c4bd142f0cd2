/** Waits for the work, but no longer than `ms`; whether it finished. Rejects as the work does. */
export async function finishWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long `drain` waits for handlers unless told: less than a service's own stop deadline. */
export const DRAIN_MS = 5_000;
