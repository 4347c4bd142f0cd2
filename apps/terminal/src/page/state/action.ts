import type { Call, ErrorBody, LoadResult, ServerFrame, TurnEnd, TurnKind } from "@lilux/protocol";
import type { BrowseWish } from "../text/browse-wish.ts";
import type { AcceptKey } from "./accept-key.ts";
import type { ListedLibrary } from "./terminal-state.ts";

/** Everything that can change what the page shows. */
export type Action =
  | {
      type: "connection-changed";
      phase: ConnectionPhase;
      retryAt: number | null;
      error: ErrorBody | null;
    }
  /** A frame came; `roundTripMs` is set for a prediction whose keystroke was timed. */
  | { type: "frame-received"; frame: ServerFrame; roundTripMs: number | null }
  /** The client ended a turn by itself: refused, lost with its session, or closed. */
  | { type: "turn-ended-here"; end: TurnEnd }
  | { type: "line-changed"; text: string; seq: number }
  /** Typing paused; ignored unless the line is still at this `seq`. */
  | { type: "line-settled"; seq: number }
  | { type: "inputs-walked"; to: number | null; text: string; seq: number }
  | { type: "candidate-walked"; to: number | null }
  /** `at`: Unix milliseconds. */
  | {
      type: "turn-committed";
      turnId: string;
      kind: TurnKind;
      text: string;
      chosen: Call | null;
      at: number;
    }
  | { type: "browsed"; turnId: string; text: string; wish: BrowseWish; at: number }
  | { type: "library-listed"; library: ListedLibrary }
  | { type: "accept-key-chosen"; key: AcceptKey }
  | { type: "transcript-cleared" }
  | { type: "recents-opened" }
  | { type: "recents-cleared" }
  | { type: "confirm-answered"; turnId: string; callId: string; approve: boolean }
  | { type: "turn-rated"; turnId: string; rating: "up" | "down" }
  | { type: "item-opening"; key: string }
  | { type: "item-opened"; key: string; result: LoadResult }
  | { type: "item-failed"; key: string; error: ErrorBody }
  | { type: "item-closed"; key: string }
  | { type: "help-toggled"; open: boolean }
  | { type: "context-toggled"; open: boolean }
  | { type: "notice-dismissed" }
  | { type: "budget-read" };

type ConnectionPhase = "connecting" | "open" | "reconnecting" | "closed";
