import { type Static, Type } from "typebox";
import { Call } from "./call.ts";
import { ErrorBody } from "./error-body.ts";
import { Effect } from "./item.ts";
import { PersonId } from "./lesson.ts";
import { TextEnum } from "./text-enum.ts";
import { AskedItem, TurnId } from "./turn.ts";

/** Names one question to approvers, for good: it is bound to what was asked, and answered once. */
export const ApprovalId = Type.String({ pattern: "^a_[A-Za-z0-9_-]{22}$" });

/** The longest reason that is passed on, in UTF-16 code units. */
export const APPROVAL_REASON_CHARACTERS_MAX = 500;
export const ApprovalReason = Type.String({ maxLength: APPROVAL_REASON_CHARACTERS_MAX });

const At = Type.Integer({ description: "Unix milliseconds." });

/** A call that waits for the yes of somebody else than who asked for it. */
export const Approval = Type.Object({
  approvalId: ApprovalId,
  /** Exactly what would run. */
  call: Call,
  callId: Type.String(),
  effect: Effect,
  /** Why it asks. */
  reason: Type.String(),
  /** What it is about, as it was when the question was put; another content is another question. */
  item: Type.Optional(AskedItem),
  askedBy: PersonId,
  /** As the tenant's records call them. */
  askedByName: Type.Optional(Type.String()),
  askedAt: At,
  expiresAt: At,
  /** Of the turn that waits for it, where one does. */
  turnId: Type.Optional(TurnId),
});
export type Approval = Static<typeof Approval>;

/**
 * `approved`: somebody else said yes; then, of a call that a turn does not see to itself, `ran` or
 * `failed`. `cancelled`: its turn ended, who asked took it back or may not ask any more, or its gateway is gone.
 */
export const ApprovalOutcome = TextEnum([
  "approved",
  "ran",
  "failed",
  "declined",
  "expired",
  "cancelled",
]);
export type ApprovalOutcome = Static<typeof ApprovalOutcome>;

/** How a question stands. */
export const ApprovalState = Type.Object({
  approvalId: ApprovalId,
  callId: Type.String(),
  state: Type.Union([Type.Literal("waiting"), ApprovalOutcome]),
  expiresAt: At,
  /** Who answered. */
  by: Type.Optional(PersonId),
  /** What they said with it. */
  reason: Type.Optional(Type.String()),
  /** Of a call that was approved and failed. */
  error: Type.Optional(ErrorBody),
});
export type ApprovalState = Static<typeof ApprovalState>;

/** To a session whose person may answer. Told again over each new connection, while it waits. */
export const ApprovalRequest = Type.Interface([Approval], {
  type: Type.Literal("approval-request"),
});
export type ApprovalRequest = Static<typeof ApprovalRequest>;

/** A question of before needs no answer any more, whoever gave one. Who asked is told as well. */
export const ApprovalSettled = Type.Object({
  type: Type.Literal("approval-settled"),
  approvalId: ApprovalId,
  callId: Type.String(),
  turnId: Type.Optional(TurnId),
  outcome: ApprovalOutcome,
  by: Type.Optional(PersonId),
  reason: Type.Optional(Type.String()),
});
export type ApprovalSettled = Static<typeof ApprovalSettled>;
