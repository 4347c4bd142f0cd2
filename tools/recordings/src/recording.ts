import type { Call, ServerFrame } from "@lilux/protocol";

/** What whoever uses a client does, by the names of the TypeScript client's methods. */
export type Deed =
  | { do: "type"; text: string }
  | { do: "accept"; index: number; turnId: string }
  | { do: "choose"; call: Call; text: string; turnId: string }
  | { do: "submit"; text: string; turnId: string }
  | { do: "ask"; text: string; turnId: string }
  | { do: "confirm"; turnId: string; callId: string; approve: boolean }
  | { do: "cancel"; turnId: string }
  | { do: "feedback"; turnId: string; rating: "up" | "down" }
  /** Commits what takes back the last write of the turn `of`. */
  | { do: "undo"; of: string; text: string; turnId: string };

/** What is waited for before the next step: the client has seen it. */
export type Awaited =
  | { state: string }
  | { offset: number }
  | { predicted: number }
  | { ended: string }
  | { errors: number };

/** One line of a recording, in the order in which things happened. */
export type Step =
  | Deed
  | { await: Awaited }
  /** A frame of the client, as it arrived; `hello` is the first of a new connection. */
  | { client: Record<string, unknown> }
  /** A frame of the server, as the client got it. */
  | { server: ServerFrame }
  /** A frame of the server that the network lost. */
  | { lost: ServerFrame }
  /** A frame of the client that the network lost. */
  | { unheard: Record<string, unknown> }
  /** The network is gone, without a word. */
  | { cut: true }
  /** The server closes, with this code. */
  | { close: number };

/** What the client's user was told, all in all. */
export interface Outcome {
  states: string[];
  /** Offsets of every event of the session, as they were handed out. */
  offsets: number[];
  /** The `seq` of each prediction that was handed out. */
  predicted: number[];
  turns: Record<string, { events: string[]; text: string; outcome: string; error: string | null }>;
  lost: { turnId: string; accepted: boolean }[];
  errors: string[];
}

/** A session of before: what both sides sent, what was done, and what came of it. */
export interface Recording {
  name: string;
  /** What a client owes its user here. */
  guarantee: string;
  steps: Step[];
  outcome: Outcome;
}
