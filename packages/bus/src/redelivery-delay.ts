const FIRST_MS = 200;
const LONGEST_MS = 30_000;

/** How long a message waits after its handler threw: 200 ms, doubled each time, at most 30 s. */
export function redeliveryDelayMs(deliveries: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(Math.max(deliveries, 1) - 1, 20));
}
