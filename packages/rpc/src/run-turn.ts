import type { Mandate, TurnCommand, TurnEvent, TurnRequest } from "@lilux/protocol";

export interface RunTurnOptions {
  /** The person's confirms and cancels, as they come. */
  commands: AsyncIterable<TurnCommand>;
  /** Ends the turn and everything it has open upstream. */
  signal: AbortSignal;
  traceparent?: string | undefined;
  /** Whose turn it is, and what may be done in it. */
  mandate?: Mandate | undefined;
}

/**
 * Runs one accepted turn and streams what happens. Events come in order and the
 * last is always `turn-end`, also after a failure or a cancel. The iterable
 * itself throws only when the orchestrator cannot be reached or is lost
 * (`orchestrator_unavailable`); the caller then owns the turn's end. Leaving
 * the loop early cancels the turn.
 */
export type RunTurn = (request: TurnRequest, options: RunTurnOptions) => AsyncIterable<TurnEvent>;
