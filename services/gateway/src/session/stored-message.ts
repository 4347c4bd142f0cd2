import type { SessionEvent } from "@lilux/protocol";

/** A run of a session's events. `writer` is whoever held the session then. */
export interface StoredBatch {
  writer: string;
  /** Place among the session's batches, from 0, without holes. */
  index: number;
  events: SessionEvent[];
}

/**
 * What was decided about a turn that was accepted and whose gateway is gone: run
 * it after all, or end it. Stored among the session's events, but not as one:
 * what a client saw last is not known here, so no offset can be given.
 */
export interface TurnDecision {
  writer: string;
  index: -1;
  events: [];
  turnId: string;
  decided: "run" | "interrupted";
}

/** A message of EVENTS. */
export type StoredMessage = StoredBatch | TurnDecision;

export function isDecision(message: StoredMessage): message is TurnDecision {
  return "decided" in message;
}
