import { type Static, Type } from "typebox";
import { Call, TEXT_CHARACTERS_MAX } from "./call.ts";
import { ChatTurn, WrittenCall } from "./chat.ts";
import { ErrorBody } from "./error-body.ts";
import { Effect } from "./item.ts";
import { ItemType } from "./item-type.ts";
import { Confirmation } from "./kiwi.ts";
import { PersonId } from "./lesson.ts";
import { Thresholds } from "./policy.ts";
import { Candidate, Prediction } from "./prediction.ts";
import type { OfTenant } from "./tenant.ts";
import { TextEnum } from "./text-enum.ts";

export const TurnId = Type.String({ minLength: 1, maxLength: 128, pattern: "^[A-Za-z0-9_.:-]+$" });

/** How the turn came about: Enter, Tab or a digit, Ctrl+E. */
export const TurnKind = TextEnum(["submit", "accept", "ask"]);
export type TurnKind = Static<typeof TurnKind>;

export const TurnPath = TextEnum(["fast", "verify", "slow"]);
export type TurnPath = Static<typeof TurnPath>;

export const TurnOutcome = TextEnum(["completed", "cancelled", "failed", "interrupted"]);
export type TurnOutcome = Static<typeof TurnOutcome>;

/** A turn as stored in TURNS before `turn-accepted` is sent. Times are Unix milliseconds. */
export const TurnRecord = Type.Object({
  tenant: Type.String(),
  sessionId: Type.String(),
  turnId: TurnId,
  kind: TurnKind,
  text: Type.String({ maxLength: TEXT_CHARACTERS_MAX }),
  /** The candidate a person committed with Tab or a digit. */
  chosen: Type.Optional(Candidate),
  /** Whose turn it is, within the tenant. */
  person: Type.Optional(PersonId),
  acceptedAt: Type.Integer(),
});
export type TurnRecord = OfTenant<Static<typeof TurnRecord>>;

/** The first message of `RunTurn`. */
export const TurnRequest = Type.Object({
  turn: TurnRecord,
  /** The turn's place in TURNS; fences what is written about it. */
  sequence: Type.Integer({ minimum: 0 }),
  /** The newest prediction for exactly this text, when the gateway already has it. */
  prediction: Type.Optional(Prediction),
  /** Results of read calls that ran while the person typed, by `digestCall`. */
  speculated: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** Earlier lines a stateless caller sends along; sessions keep their own history. */
  history: Type.Optional(Type.Array(Type.String(), { maxItems: 20 })),
  /** The whole conversation, where its caller keeps it. */
  chat: Type.Optional(ChatTurn),
  thresholds: Thresholds,
});
export type TurnRequest = Omit<Static<typeof TurnRequest>, "turn"> & { turn: TurnRecord };

/** Later messages of `RunTurn`, from the person. */
export const TurnCommand = Type.Union([
  Type.Object({ type: Type.Literal("confirm"), callId: Type.String(), approve: Type.Boolean() }),
  Type.Object({ type: Type.Literal("cancel") }),
]);
export type TurnCommand = Static<typeof TurnCommand>;

export const PlanStep = Type.Object({
  title: Type.String(),
  state: TextEnum(["pending", "running", "done", "failed", "skipped"]),
});
export type PlanStep = Static<typeof PlanStep>;

export const Usage = Type.Object({
  model: Type.String(),
  promptTokens: Type.Optional(Type.Integer()),
  completionTokens: Type.Optional(Type.Integer()),
  /** Of the completion's, those that were thoughts. */
  thoughtTokens: Type.Optional(Type.Integer()),
  /** In the currency of the pools' prices, where they have any. */
  cost: Type.Optional(Type.Number({ minimum: 0 })),
  calls: Type.Integer(),
  durationMs: Type.Number(),
  /** What became of the router's answer, where the orchestrator asked for it. */
  router: Type.Optional(TextEnum(["in_time", "late_used", "late_ignored", "none"])),
  /** What came of the question which call is meant, where it was asked. */
  verified: Type.Optional(
    TextEnum(["confirmed", "repaired", "rejected", "unsure", "late", "unanswered"]),
  ),
});
export type Usage = Static<typeof Usage>;

const ofTurn = { turnId: TurnId };

export const TurnStart = Type.Object({
  type: Type.Literal("turn-start"),
  ...ofTurn,
  path: TurnPath,
});
export type TurnStart = Static<typeof TurnStart>;
export const CallStart = Type.Object({
  type: Type.Literal("call-start"),
  ...ofTurn,
  callId: Type.String(),
  call: Call,
});
export type CallStart = Static<typeof CallStart>;

/** The longest line of progress that is passed on, in UTF-16 code units. */
export const PROGRESS_CHARACTERS_MAX = 500;

/**
 * The newest thing a running call said of itself. Not every line comes: of those
 * in quick succession only the last does.
 */
export const CallProgress = Type.Object({
  type: Type.Literal("call-progress"),
  ...ofTurn,
  callId: Type.String(),
  text: Type.String({ maxLength: PROGRESS_CHARACTERS_MAX }),
  /** Lines said so far, this one included. */
  lines: Type.Integer({ minimum: 1 }),
});
export type CallProgress = Static<typeof CallProgress>;

export const CallEnd = Type.Object({
  type: Type.Literal("call-end"),
  ...ofTurn,
  callId: Type.String(),
  ok: Type.Boolean(),
  result: Type.Optional(Type.Unknown()),
  error: Type.Optional(ErrorBody),
  durationMs: Type.Number({ minimum: 0 }),
});
export type CallEnd = Static<typeof CallEnd>;
/** What a call is about, as whoever is asked for a yes has to know it. */
export const AskedItem = Type.Object({
  item_type: ItemType,
  qualified_id: Type.String(),
  source: Type.String(),
  version: Type.String(),
  content_hash: Type.String(),
});
export type AskedItem = Static<typeof AskedItem>;
export const ConfirmRequest = Type.Object({
  type: Type.Literal("confirm-request"),
  ...ofTurn,
  callId: Type.String(),
  call: Call,
  effect: Effect,
  reason: Type.String(),
  item: Type.Optional(AskedItem),
  /** Whoever asked cannot say yes: somebody else of the tenant is asked. */
  waitsFor: Type.Optional(Type.Literal("second-person")),
  /** What is to be sent along for a yes, where the turn does not wait for one. */
  confirmation: Type.Optional(Confirmation),
});
export type ConfirmRequest = Static<typeof ConfirmRequest>;
export const PlanUpdate = Type.Object({
  type: Type.Literal("plan-update"),
  ...ofTurn,
  steps: Type.Array(PlanStep, { maxItems: 100 }),
});
export type PlanUpdate = Static<typeof PlanUpdate>;
export const TextDelta = Type.Object({
  type: Type.Literal("text-delta"),
  ...ofTurn,
  text: Type.String(),
});
export type TextDelta = Static<typeof TextDelta>;

/**
 * A model thinks aloud before it answers. For whoever looks on, and for nobody else: it is stored
 * nowhere, told again to nobody, and in no later prompt.
 */
export const ThoughtDelta = Type.Object({
  type: Type.Literal("thought-delta"),
  ...ofTurn,
  text: Type.String(),
  /** Of the turn so far, as far as they can be counted while it thinks. */
  tokens: Type.Integer({ minimum: 1 }),
});
export type ThoughtDelta = Static<typeof ThoughtDelta>;

export const TurnEnd = Type.Object({
  type: Type.Literal("turn-end"),
  ...ofTurn,
  outcome: TurnOutcome,
  usage: Type.Optional(Usage),
  error: Type.Optional(ErrorBody),
  /** Calls of the caller's own tools, which it is to run and answer. */
  callerCalls: Type.Optional(Type.Array(WrittenCall)),
  /** The answer reached the length that its caller had set. */
  isCut: Type.Optional(Type.Boolean()),
});
export type TurnEnd = Static<typeof TurnEnd>;

/** What `RunTurn` streams. `turn-end` is always last, and always comes. */
export const TurnEvent = Type.Union([
  TurnStart,
  CallStart,
  CallProgress,
  CallEnd,
  ConfirmRequest,
  PlanUpdate,
  TextDelta,
  ThoughtDelta,
  TurnEnd,
]);
export type TurnEvent = Static<typeof TurnEvent>;
