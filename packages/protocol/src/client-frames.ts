import { type Static, Type } from "typebox";
import { ApprovalId, ApprovalReason } from "./approval.ts";
import { Call, TEXT_CHARACTERS_MAX } from "./call.ts";
import { TextEnum } from "./text-enum.ts";
import { TurnId } from "./turn.ts";

const strict = { additionalProperties: false };
const text = Type.String({ maxLength: TEXT_CHARACTERS_MAX });
const committedText = Type.String({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX });
const predictionId = Type.String({ minLength: 1, maxLength: 128 });

/** First frame, within ten seconds; answered by `session-start`. */
export const Hello = Type.Object(
  {
    type: Type.Literal("hello"),
    resume: Type.Optional(
      Type.Object(
        {
          sessionId: Type.String({ minLength: 1, maxLength: 128 }),
          resumeToken: Type.String({ minLength: 1, maxLength: 512 }),
          offset: Type.Integer({ minimum: 0 }),
        },
        strict,
      ),
    ),
    traceparent: Type.Optional(Type.String({ maxLength: 64 })),
    /** Frames of this connection are padded to sizes of a few classes and leave on a tick, both ways. */
    padded: Type.Optional(Type.Boolean()),
  },
  strict,
);
/** The whole line as it stands; `seq` rises. */
export const Keystroke = Type.Object(
  { type: Type.Literal("keystroke"), seq: Type.Integer({ minimum: 0 }), text },
  strict,
);
/** Tab is index 0, the keys 1 to 9 are the index below them. */
export const Accept = Type.Object(
  {
    type: Type.Literal("accept"),
    turnId: TurnId,
    predictionId,
    index: Type.Integer({ minimum: 0, maximum: 8 }),
  },
  strict,
);
/**
 * A call that a person chose from a list, or filled in: it is committed as it stands, as Tab commits
 * a candidate. What it may do is decided by the item it names, never by who sends it.
 */
export const Choose = Type.Object(
  { type: Type.Literal("choose"), turnId: TurnId, text: committedText, call: Call },
  strict,
);
export const Submit = Type.Object(
  {
    type: Type.Literal("submit"),
    turnId: TurnId,
    text: committedText,
    predictionId: Type.Optional(predictionId),
  },
  strict,
);
export const Ask = Type.Object(
  { type: Type.Literal("ask"), turnId: TurnId, text: committedText },
  strict,
);
export const Confirm = Type.Object(
  {
    type: Type.Literal("confirm"),
    turnId: TurnId,
    callId: Type.String({ minLength: 1, maxLength: 256 }),
    approve: Type.Boolean(),
  },
  strict,
);
/** An approver's answer to an `approval-request`, which it names. */
export const Approve = Type.Object(
  {
    type: Type.Literal("approve"),
    approvalId: ApprovalId,
    approve: Type.Boolean(),
    reason: Type.Optional(ApprovalReason),
  },
  strict,
);
export const Cancel = Type.Object({ type: Type.Literal("cancel"), turnId: TurnId }, strict);
export const Feedback = Type.Object(
  {
    type: Type.Literal("feedback"),
    turnId: TurnId,
    rating: TextEnum(["up", "down"]),
    comment: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  strict,
);

/** Every frame a client may send, by its `type`. */
export const CLIENT_FRAMES = {
  hello: Hello,
  keystroke: Keystroke,
  accept: Accept,
  choose: Choose,
  submit: Submit,
  ask: Ask,
  confirm: Confirm,
  approve: Approve,
  cancel: Cancel,
  feedback: Feedback,
} as const;

export const ClientFrame = Type.Union([
  Hello,
  Keystroke,
  Accept,
  Choose,
  Submit,
  Ask,
  Confirm,
  Approve,
  Cancel,
  Feedback,
]);
export type ClientFrame = Static<typeof ClientFrame>;
export type Hello = Static<typeof Hello>;
export type Accept = Static<typeof Accept>;
export type Choose = Static<typeof Choose>;
export type Submit = Static<typeof Submit>;
export type Ask = Static<typeof Ask>;
export type Confirm = Static<typeof Confirm>;
export type Approve = Static<typeof Approve>;
export type Cancel = Static<typeof Cancel>;
export type Feedback = Static<typeof Feedback>;
export type Keystroke = Static<typeof Keystroke>;
