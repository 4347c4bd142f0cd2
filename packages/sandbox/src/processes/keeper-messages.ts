import type { ProcessOutcome } from "./process-outcome.ts";
import type { ProcessBounds, ProcessPlan } from "./process-plan.ts";

/** To the keeper. `run` is the asker's number of a run, never used twice. */
export type KeeperRequest =
  | { type: "run"; run: number; plan: ProcessPlan; bounds: ProcessBounds }
  | { type: "stop"; run: number };

/** From the keeper. */
export type KeeperReport =
  | { type: "line"; run: number; line: string }
  | { type: "outcome"; run: number; outcome: ProcessOutcome };
