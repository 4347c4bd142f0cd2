/**
 * Upper bounds in seconds for every latency histogram. 0.08 is one of them,
 * exactly: the keystroke objective is counted from it.
 */
export const LATENCY_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.04, 0.06, 0.08, 0.1, 0.15, 0.25, 0.5, 1, 2.5,
  5, 10,
];
