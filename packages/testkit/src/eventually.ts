export interface EventuallyOptions {
  withinMs: number;
  /** 10 unless told. */
  everyMs?: number;
}

/**
 * Polls until the check neither throws nor answers false, and returns what it
 * answered. At the deadline it throws what the check last threw.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs, everyMs = 10 }: EventuallyOptions,
): Promise<T> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    let problem: unknown;
    try {
      const answer = await check();
      if (answer !== false) return answer;
      problem = new Error(`not true within ${withinMs} ms: ${check}`);
    } catch (error) {
      problem = error;
    }
    if (performance.now() >= endsAt) throw problem;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
