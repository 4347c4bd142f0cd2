import { type Static, Type } from "typebox";
import { Call } from "./call.ts";
import { TextEnum } from "./text-enum.ts";

/**
 * What a person says of a label. `accept`: the rule read the turn rightly. `fix`: another call was meant.
 * `reject`: nothing can be learnt of it. `skip`: they cannot say, which counts for nothing.
 */
export const ReviewVerdict = TextEnum(["accept", "fix", "reject", "skip"]);
export type ReviewVerdict = Static<typeof ReviewVerdict>;

const Count = Type.Integer({ minimum: 0 });

/** A label by its turn, its rule and the beginning of its call's digest. */
export const LabelId = Type.String({
  pattern: "^[0-9]{1,15}\\.[a-z]{1,32}\\.([0-9a-f]{12}|none)$",
});
const CallOrNone = Type.Union([Call, Type.Null()]);

/** A label with what was typed, shown and done, for somebody to judge. */
export const ReviewRow = Type.Object({
  id: LabelId,
  /** Unix milliseconds. */
  at: Type.Integer(),
  line: Type.String(),
  /** The session's lines before it, oldest first. */
  history: Type.Array(Type.String()),
  /** What the person did with the line: Enter, a key on a call, or asking for words. */
  kind: Type.String(),
  outcome: Type.String(),
  shown: Type.Array(Type.Object({ call: Call, confidence: Type.Number() })),
  done: Type.Array(Type.Object({ call: Call, ok: Type.Boolean() })),
  response: Type.String(),
  rule: Type.String(),
  call: CallOrNone,
  right: Type.Boolean(),
  weight: Type.Number(),
});
export type ReviewRow = Static<typeof ReviewRow>;

/** The next labels to judge, and how many there are besides, by rule. */
export const ReviewRows = Type.Object({
  rows: Type.Array(ReviewRow),
  left: Type.Record(Type.String(), Count),
});
export type ReviewRows = Static<typeof ReviewRows>;

/** `meant` goes with a fix alone: null is "no call". */
export const NewReview = Type.Object(
  {
    id: LabelId,
    verdict: ReviewVerdict,
    meant: Type.Optional(CallOrNone),
  },
  { additionalProperties: false },
);
export type NewReview = Static<typeof NewReview>;

export const ReviewTaken = Type.Object({ id: LabelId, verdict: ReviewVerdict });
export type ReviewTaken = Static<typeof ReviewTaken>;

/** The last review of the caller's that was taken back, and its row as it is to be judged again. */
export const ReviewUndone = Type.Object({
  undone: Type.Union([ReviewTaken, Type.Null()]),
  row: Type.Union([ReviewRow, Type.Null()]),
});
export type ReviewUndone = Static<typeof ReviewUndone>;

/** How often a rule is wrong, by what people said: the share of fixed and rejected ones, with its 95 % interval. */
export const RuleNoise = Type.Object({
  rule: Type.String(),
  reviewed: Count,
  wrong: Count,
  share: Type.Union([Type.Number(), Type.Null()]),
  low: Type.Number(),
  high: Type.Number(),
});
export type RuleNoise = Static<typeof RuleNoise>;
export const NoiseReport = Type.Object({ rules: Type.Array(RuleNoise) });
export type NoiseReport = Static<typeof NoiseReport>;

/** What is asked of the flywheel about reviews; `by` is whoever reviews. */
export const ReviewsRequest = Type.Union([
  Type.Object({
    do: Type.Literal("list-reviews"),
    rule: Type.Optional(Type.String({ maxLength: 32 })),
  }),
  Type.Object({
    do: Type.Literal("review"),
    ...NewReview.properties,
    by: Type.String(),
  }),
  Type.Object({ do: Type.Literal("undo-review"), by: Type.String() }),
  Type.Object({ do: Type.Literal("show-noise") }),
]);
export type ReviewsRequest = Static<typeof ReviewsRequest>;
