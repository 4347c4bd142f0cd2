import { LOST_CONNECTIONS } from "./lost-connections.ts";
import type { Scenario } from "./stage.ts";
import { WHOLE_CONNECTIONS } from "./whole-connections.ts";

/** The sessions that every client is held to. Each is played once, and replayed by each of them. */
export const SCENARIOS: readonly Scenario[] = [...WHOLE_CONNECTIONS, ...LOST_CONNECTIONS];
