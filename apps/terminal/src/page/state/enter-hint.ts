import type { Call } from "@lilux/protocol";
import { type LineExcess, lineExcess } from "./line-excess.ts";
import { isCurrent, shownCandidates } from "./selectors.ts";
import type { TerminalState } from "./terminal-state.ts";

/** What Enter would do to the line as it stands. */
export type EnterHint =
  | { does: "nothing" }
  /** No prediction for exactly this text has come yet: what the line means is decided once it is sent. */
  | { does: "wait" }
  | { does: "keep" }
  /** The line is longer than the server takes. */
  | { does: "refuse"; excess: LineExcess }
  | { does: "commit" | "run" | "confirm" | "verify"; call: Call; confidence: number }
  | { does: "ask" };

/**
 * What Enter does, told before the key is pressed. Of the line's own prediction the gateway says it,
 * which then does that; the page decides nothing twice.
 */
export function enterHint(state: TerminalState): EnterHint {
  if (state.line.text.trim() === "") return { does: "nothing" };
  const excess = lineExcess(state.line.text, state.limits);
  if (excess !== null) return { does: "refuse", excess };
  const shown = shownCandidates(state);
  const walked = state.active === null ? undefined : shown[state.active];
  if (walked !== undefined) {
    const does = walked.effect === "destructive" ? "confirm" : "commit";
    return { does, call: walked.call, confidence: walked.confidence };
  }
  if (state.connection.phase !== "open") return { does: "keep" };
  if (!isCurrent(state)) return { does: "wait" };
  return state.prediction?.enter ?? { does: "wait" };
}
