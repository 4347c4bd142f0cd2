import { type Static, Type } from "typebox";
import { ApprovalId, ApprovalRequest, ApprovalSettled } from "./approval.ts";
import { BudgetNotice } from "./budget-notice.ts";
import { ContextState } from "./context.ts";
import { ErrorBody } from "./error-body.ts";
import { ItemType } from "./item-type.ts";
import { SessionLimits, Thresholds } from "./policy.ts";
import { Candidate, Degradation, EnterEffect, ItemMatch, MATCHES_MAX } from "./prediction.ts";
import { SessionPadding } from "./session-padding.ts";
import {
  CallEnd,
  CallProgress,
  CallStart,
  ConfirmRequest,
  PlanUpdate,
  TextDelta,
  ThoughtDelta,
  TurnEnd,
  TurnId,
  TurnStart,
} from "./turn.ts";

export const SessionStart = Type.Object({
  type: Type.Literal("session-start"),
  sessionId: Type.String(),
  resumeToken: Type.String(),
  limits: SessionLimits,
  thresholds: Thresholds,
  /** True: every missed event follows in order. False: a fresh session. Never a part. */
  recovered: Type.Boolean(),
  /** Where frames are padded and leave on a tick: the client's have to as well. */
  padding: Type.Optional(SessionPadding),
});

/** What a search that ran ahead has found. */
export const ResultPreview = Type.Object({
  total: Type.Integer({ minimum: 0 }),
  hits: Type.Array(
    Type.Object({ item_type: ItemType, item_id: Type.String(), description: Type.String() }),
    { maxItems: 3 },
  ),
});
export type ResultPreview = Static<typeof ResultPreview>;

/**
 * Newest wins, never replayed, so it carries no offset. May come again with the same id: when a
 * list that changed its leader has settled, or when a result is at hand.
 */
export const PredictionFrame = Type.Object({
  type: Type.Literal("prediction"),
  seq: Type.Integer({ minimum: 0 }),
  predictionId: Type.String(),
  context: ContextState,
  candidates: Type.Array(
    Type.Interface([Candidate], {
      /** A `read` result is already at hand. */
      ready: Type.Boolean(),
      /** The beginning of that result. */
      preview: Type.Optional(ResultPreview),
    }),
  ),
  /** Absent while it is not known: nothing was predicted for this line yet. */
  enter: Type.Optional(EnterEffect),
  /** The likeliest call where none is sure enough to be offered. */
  closest: Type.Optional(Candidate),
  /** Items to look at, the best first; none of them is what Enter runs. */
  matches: Type.Optional(Type.Array(ItemMatch, { maxItems: MATCHES_MAX })),
  routeMs: Type.Number({ minimum: 0 }),
  degraded: Type.Optional(Type.Array(Degradation)),
});

export const ContextWarmed = Type.Object({
  type: Type.Literal("context-warmed"),
  candidates: Type.Array(
    Type.Object({ item_type: ItemType, item_id: Type.String(), score: Type.Number() }),
  ),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  domain: Type.Union([Type.String(), Type.Null()]),
  state: ContextState,
});

/** Sent only after the turn is stored. */
export const TurnAccepted = Type.Object({ type: Type.Literal("turn-accepted"), turnId: TurnId });

export const ErrorFrame = Type.Interface([ErrorBody], {
  type: Type.Literal("error"),
  turnId: Type.Optional(TurnId),
  /** Of an `approve` that was refused. */
  approvalId: Type.Optional(ApprovalId),
});

const offset = { offset: Type.Integer({ minimum: 1 }) };

/** An event of a turn, numbered within its session: kept, and replayed on resume. */
export const SessionEvent = Type.Union([
  Type.Interface([TurnAccepted], offset),
  Type.Interface([TurnStart], offset),
  Type.Interface([CallStart], offset),
  Type.Interface([CallProgress], offset),
  Type.Interface([CallEnd], offset),
  Type.Interface([ConfirmRequest], offset),
  Type.Interface([PlanUpdate], offset),
  Type.Interface([TextDelta], offset),
  Type.Interface([TurnEnd], offset),
]);
export type SessionEvent = Static<typeof SessionEvent>;

export const ServerFrame = Type.Union([
  SessionStart,
  PredictionFrame,
  ContextWarmed,
  ErrorFrame,
  SessionEvent,
  ThoughtDelta,
  ApprovalRequest,
  ApprovalSettled,
  BudgetNotice,
]);
export type ServerFrame = Static<typeof ServerFrame>;
export type SessionStart = Static<typeof SessionStart>;
export type PredictionFrame = Static<typeof PredictionFrame>;
export type ContextWarmed = Static<typeof ContextWarmed>;
export type ErrorFrame = Static<typeof ErrorFrame>;
export type TurnAccepted = Static<typeof TurnAccepted>;
