import type { ProcessEnd } from "./process-plan.ts";

/** Why a run was ended before its own end; the caller's wish is `caller`. */
export type StopReason = "caller" | "time" | "memory" | "output";

/** How a run came out. Plain data: it goes from the keeper's process to the one that asked. */
export type ProcessOutcome =
  | { kind: "ended"; end: ProcessEnd }
  | { kind: "stopped"; reason: StopReason }
  /** It could not be put under its memory limit, and was ended. */
  | { kind: "unheld"; message: string }
  /** The system did not start it. */
  | { kind: "not-started"; message: string };
