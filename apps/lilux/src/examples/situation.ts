import type { ExampleCase } from "@lilux/protocol";

/** What a turn begins with. */
export type Situation = Pick<
  ExampleCase,
  "history" | "turn" | "prediction" | "arrives" | "thresholds"
>;
