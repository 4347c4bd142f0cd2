import type {
  ApprovalRequest,
  ApprovalSettled,
  BudgetNotice,
  Call,
  ContextWarmed,
  ErrorBody,
  ErrorFrame,
  PredictionFrame,
  ServerFrame,
  SessionEvent,
  SessionStart,
  ThoughtDelta,
  TurnEnd,
} from "@lilux/protocol";
import type { WebSocketConstructor } from "./web-socket-like.ts";

/** `reconnecting` from the moment a connection is lost until `session-start` came again. */
export type ConnectionState = "connecting" | "open" | "reconnecting" | "closed";

/** Where a session stands; enough to go on with it from another connection or page load. */
export interface ResumePoint {
  sessionId: string;
  resumeToken: string;
  /** The offset of the last event that was handed out. */
  offset: number;
}

export interface LiluxClientOptions {
  /** The gateway: `http://localhost:8080`, `https://…`, `ws://…` or `wss://…`. */
  url: string;
  /** Exchanged for a single-use ticket before each connection, so that it also works in browsers. */
  apiKey?: string | undefined;
  /** A ticket for the first connection, or a function that gets one for each. */
  ticket?: string | (() => Promise<string>) | undefined;
  /** The socket to use; the platform's own unless told. */
  WebSocket?: WebSocketConstructor | undefined;
  /** For tickets; the platform's own unless told. */
  fetch?: typeof globalThis.fetch | undefined;
  /** A session of before to go on with. */
  resume?: ResumePoint | undefined;
  /**
   * Hides from who watches the line what is typed: frames have sizes of a few classes and leave on a tick,
   * both ways. Each waits up to 40 ms for it. A gateway may do so unasked.
   */
  padded?: boolean | undefined;
  /** W3C trace context of whoever opens the client. */
  traceparent?: string | undefined;
  /** Waits between attempts: doubling from `firstMs` to `maxMs`, each cut by a random share. */
  backoff?: { firstMs: number; maxMs: number } | undefined;
  /** A connection is given up when it takes longer than this to open, or to answer. */
  answerWithinMs?: number | undefined;
}

export interface StateChange {
  state: ConnectionState;
  /** Why, when it was lost or refused. */
  error?: ErrorBody | undefined;
  /** When the next attempt starts, in milliseconds from now. */
  retryInMs?: number | undefined;
}

/** A turn whose end will never be known here: its session could not be recovered. */
export interface TurnLost {
  turnId: string;
  /** Whether the server had said `turn-accepted`: then it is stored, and may have run. */
  accepted: boolean;
}

/** What `on` can listen to, and what the listener gets. */
export interface ClientEvents {
  state: StateChange;
  /** Every frame, as it came. */
  frame: ServerFrame;
  "session-start": SessionStart;
  prediction: PredictionFrame;
  "context-warmed": ContextWarmed;
  /** Every event of every turn, in order, each exactly once. */
  event: SessionEvent;
  /** What a model thinks before it answers: told once, to who is connected, and kept nowhere. */
  thought: ThoughtDelta;
  /** A call of somebody else waits for a yes that this person may give; again after each new connection. */
  "approval-request": ApprovalRequest;
  "approval-settled": ApprovalSettled;
  /** A budget of the tenant's month is nearly used up: told once, to admins and to who took it there. */
  "budget-notice": BudgetNotice;
  error: ErrorFrame;
  "turn-lost": TurnLost;
}

/** One committed line. */
export interface ClientTurn {
  readonly turnId: string;
  /**
   * The turn's events from `turn-accepted` to `turn-end`, in order, for one
   * reader. A turn that was refused, or lost with its session, ends with a
   * `turn-end` of offset 0, made here, that holds the error.
   */
  readonly events: AsyncIterable<SessionEvent>;
  /** Its `turn-end`. Never rejects. */
  readonly ended: Promise<TurnEnd>;
  confirm(callId: string, approve: boolean): void;
  cancel(): void;
}

/**
 * A session with a gateway that keeps itself connected. It reconnects with
 * jittered backoff and resumes without a hole or a repeat; where the server
 * says that it could not, un-ended turns are reported as `turn-lost`.
 *
 * Lines that were committed while disconnected are sent once connected, and
 * those the server has not accepted are sent again under the same turnId, so
 * each runs at most once. Keystrokes are newest-wins and never kept.
 */
export interface LiluxClient {
  state(): ConnectionState;
  /** The current session, once there is one. */
  session(): SessionStart | undefined;
  /** Where to go on from; undefined before the first `session-start`. */
  resumePoint(): ResumePoint | undefined;
  /** Resolves once connected; rejects with a `LiluxError` when the client closes first. */
  ready(): Promise<SessionStart>;
  /** The newest prediction that came. */
  prediction(): PredictionFrame | undefined;
  /** Returns how to stop listening. A listener that throws stops nothing but itself. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (value: ClientEvents[Name]) => void,
  ): () => void;
  /** Every frame from now on; ends with the client or the signal. */
  frames(signal?: AbortSignal): AsyncIterable<ServerFrame>;
  /** Sends the whole line as it stands now. Returns the `seq` its prediction will carry. */
  type(text: string): number;
  /** Commits a candidate of the newest prediction, or of the one named. */
  accept(index: number, options?: { predictionId?: string; turnId?: string }): ClientTurn;
  /** Commits exactly this call, which the person chose or filled in; `text` is what the line says. */
  choose(call: Call, options: { text: string; turnId?: string }): ClientTurn;
  /** Enter. */
  submit(text: string, options?: { predictionId?: string; turnId?: string }): ClientTurn;
  /** Ctrl+E: the orchestrator, whatever the router thinks. */
  ask(text: string, options?: { turnId?: string }): ClientTurn;
  confirm(turnId: string, callId: string, approve: boolean): void;
  /**
   * Answers an `approval-request`. False while not connected: nothing was said, and what still waits
   * is told again once connected.
   */
  approve(approvalId: string, approve: boolean, reason?: string): boolean;
  cancel(turnId: string): void;
  feedback(turnId: string, rating: "up" | "down", comment?: string): void;
  /** Ends the connection for good. The session lives on at the server for its resume window. */
  close(): void;
}
