import { readScope } from "@lilux/core/text";
import type { Call } from "@lilux/protocol";
import type { BrowseWish } from "../text/browse-wish.ts";
import { type LineExcess, lineExcess } from "./line-excess.ts";
import { rowsOf, wishOf } from "./rows.ts";
import { isCurrent } from "./selectors.ts";
import type { TerminalState } from "./terminal-state.ts";

/** What Enter would do to the line as it stands. */
export type EnterHint =
  | { does: "nothing" }
  /** No prediction for exactly this text has come yet: what the line means is decided once it is sent. */
  | { does: "wait" }
  | { does: "keep" }
  /** The line is longer than the server takes. */
  | { does: "refuse"; excess: LineExcess }
  | { does: "commit" | "run" | "confirm" | "verify"; call: Call; confidence?: number }
  | { does: "ask" }
  /** The marked line of before comes into the prompt. */
  | { does: "recall"; text: string }
  /** The page lists what there is. */
  | { does: "browse"; wish: BrowseWish }
  /** Within a scope only a chosen row is run. */
  | { does: "choose" };

/**
 * What Enter does, told before the key is pressed. Of the line's own prediction the gateway says it,
 * which then does that; the page decides nothing twice.
 */
export function enterHint(state: TerminalState): EnterHint {
  const row = state.active === null ? undefined : rowsOf(state)[state.active];
  if (row?.kind === "recent") return { does: "recall", text: row.text };
  if (state.line.text.trim() === "") return { does: "nothing" };
  const excess = lineExcess(state.line.text, state.limits);
  if (excess !== null) return { does: "refuse", excess };
  if (row !== undefined) {
    const { call, effect } = row.kind === "call" ? row.candidate : row.match;
    return { does: effect === "destructive" ? "confirm" : "commit", call };
  }
  const wish = wishOf(state.line.text);
  if (wish !== null) return { does: "browse", wish };
  const scope = readScope(state.line.text);
  if (scope?.kind === "ask") return { does: "ask" };
  if (scope !== undefined) return { does: "choose" };
  if (state.connection.phase !== "open") return { does: "keep" };
  if (!isCurrent(state)) return { does: "wait" };
  return state.prediction?.enter ?? { does: "wait" };
}
