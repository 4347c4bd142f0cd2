import type { DecisionForm } from "@lilux/core/turns";
import type {
  Call,
  Candidate,
  ErrorBody,
  Prediction,
  Tenant,
  Thresholds,
  ToolChoice,
} from "@lilux/protocol";
import type { TSchema } from "typebox";

/** A call as a model wrote it; `arguments` is its text, which may be no JSON at all. */
export interface ModelToolCall {
  id: string;
  name: string;
  arguments: string;
}

/** How a call ended. */
export type CallOutcome =
  | { call: Call; ok: true; result: unknown }
  | { call: Call; ok: false; error: ErrorBody };

/** What the router said of the turn's text. */
export interface RouterView {
  /** The line as the person committed it. */
  text: string;
  /** Undefined while it has not answered. */
  prediction: Prediction | undefined;
  /** The candidate that the person chose, else the best of the prediction. */
  leader: Candidate | undefined;
  thresholds: Thresholds;
}

export type ModelMessage =
  | { role: "system"; content: string }
  /** A note is an instruction of ours and no person's line. */
  | { role: "user"; content: string; isNote?: boolean }
  | { role: "assistant"; content: string; toolCalls?: readonly ModelToolCall[] }
  /** `content` is for models that read; `outcome` is the same, whole, for one that does not. */
  | { role: "tool"; toolCallId: string; content: string; outcome?: CallOutcome };

export interface ToolDefinition {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: object;
  /** The caller runs it, not we. */
  isCallers?: boolean;
}

export interface ModelRequest {
  messages: readonly ModelMessage[];
  /** Empty: the model must answer in words. */
  tools: readonly ToolDefinition[];
  /**
   * `none`: it must answer in words, and is told of the tools all the same, so
   * that the prompt begins as those of other requests do. `required` and a name
   * are a caller's wish. `auto` unless told.
   */
  toolChoice?: ToolChoice;
  /**
   * The last message is the assistant's own, unfinished: go on from its last
   * character. Only for models that can (`capabilities.continuesMessage`).
   */
  continuesMessage?: boolean;
  /** What the messages say of the router, as data, for models that read no prose. */
  router: RouterView;
  /** Until the first sign of an answer, over all attempts. */
  firstTokenMs?: number;
  /** For whom it is asked. */
  origin?: TurnOfModel;
  /** Hears what each request to a server cost, however it ended. */
  onSpent?(spending: Spending): void;
  /** Tokens of the answer, where it is to be short. */
  tokensMax?: number;
  /** Explains a result in a few words. Who has none of its own need not answer: the caller has a form for it. */
  explains?: boolean;
  /** A name of the server's own instead of the usual one: a tenant's adapter. */
  model?: string;
  /** Fields for the server as they are, of a caller who knows it. */
  passedOn?: Readonly<Record<string, unknown>>;
}

export interface StructuredRequest {
  messages: readonly ModelMessage[];
  /** What other requests of the conversation offer; nothing is called here. */
  tools?: readonly ToolDefinition[];
  /** A name for the answer's form: letters, digits and underscores. */
  name: string;
  schema: TSchema;
  tokensMax: number;
  router: RouterView;
  firstTokenMs?: number;
  origin?: TurnOfModel;
  onSpent?(spending: Spending): void;
  model?: string;
  /** Nobody waits for it: it is asked only where a place is free, of the model that converses. */
  teaches?: boolean;
}

/** One answer to a question, and what it stands for. */
export interface DecideOption {
  value: string;
  description: string;
}

/** One question over options, answered with probabilities. */
export interface DecideRequest {
  /** The conversation before the line, for who reads it as others do. */
  messages: readonly ModelMessage[];
  /** What other requests of the conversation offer; nothing is called here. */
  tools?: readonly ToolDefinition[];
  /** The person's lines before this one, for who reads nothing else. */
  earlier: readonly string[];
  line: string;
  instructions: string;
  options: readonly DecideOption[];
  /** Until the answer, over all ways to ask. */
  firstTokenMs?: number;
  origin?: TurnOfModel;
  onSpent?(spending: Spending): void;
  model?: string;
}

export interface Decided {
  /** Of each option, in their order; they sum to 1. */
  probabilities: readonly number[];
  /** How it was read, and from whom: what the numbers are worth depends on both. */
  form: DecisionForm;
  model: string;
}

/** What one request to a server cost that began to answer, whether it finished or not. */
export interface Spending {
  /** Undefined where the server does not say. */
  promptTokens: number | undefined;
  /** Of the prompt's, those that the server had in its cache. */
  cachedTokens: number | undefined;
  completionTokens: number | undefined;
  /** Of the completion's, those that were thoughts. */
  thoughtTokens: number | undefined;
  /** By the server. Else counted by what came of it. */
  isTold: boolean;
  /** What that cost, in millionths of the currency of the pools' prices. */
  cost?: number;
}

export type ModelEvent =
  | { type: "text"; text: string }
  | { type: "tool-call"; call: ModelToolCall }
  /** Who answers, before anything else, where that is chosen anew for each answer. */
  | { type: "answering"; model: string }
  /** It thinks aloud: no part of its answer, and a sign that it works on one. */
  | { type: "thought"; text: string };

export interface ModelCapabilities {
  /** Goes on from an unfinished assistant message without repeating any of it. */
  continuesMessage: boolean;
  /** Reads a directive's steps and follows them with calls of its own. */
  followsSteps: boolean;
  /** Text that explains a result comes from a language model, not from a form. */
  generative: boolean;
}

/**
 * A model that answers and proposes calls; it never runs one.
 *
 * `stream` yields text as it is made, then whole tool calls, and ends when the
 * model finished. `structured` returns a value that was checked against the
 * schema. Both throw a `LiluxError`: `llm_unavailable` (down, overloaded, too
 * slow; already retried where that was safe), `llm_rejected`, `llm_context_full`
 * (more than it can read, however much is left out), `llm_truncated`
 * (broke off), `llm_incomplete` (stopped, declined, or only thought; of both what
 * was streamed stands, and no call is handed on), and the signal's own error within
 * milliseconds of its abort, with everything upstream closed. Leaving the loop
 * early closes the upstream too. Requests of several turns run side by side.
 */
export interface LanguageModel {
  /** As `usage` and metrics show it. */
  readonly name: string;
  readonly capabilities: ModelCapabilities;
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  structured(request: StructuredRequest, signal: AbortSignal): Promise<unknown>;
  /**
   * How probable each option is, where the model can tell; undefined where it cannot, and the
   * question is to be put as `structured`. Throws as that does.
   */
  decide?(request: DecideRequest, signal: AbortSignal): Promise<Decided | undefined>;
  /**
   * The same model as one turn uses it, where what it can do or how long it may
   * take is a matter of the turn: `capabilities` are those of who answered last.
   */
  forTurn?(turn: TurnOfModel): LanguageModel;
}

/** The turn that a model is asked for. */
export interface TurnOfModel {
  tenant: Tenant;
  sessionId?: string;
  traceparent?: string;
  /** The only pool that may answer, where the tenant or the caller chose one. */
  pool?: string | undefined;
  /** A name of its servers' that the tenant's settings want instead of the usual one. */
  adapter?: string | undefined;
  /** When its person last got to see something, or sent the line; on the clock that never goes back. */
  seenAt?(): number;
}
