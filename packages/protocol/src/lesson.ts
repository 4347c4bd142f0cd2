import { type Static, Type } from "typebox";

/** Who types, within a tenant: made from the credential, never said by a client. */
export const PersonId = Type.String({ minLength: 1, maxLength: 64 });

/** Names what a call asks for, without its values: `run script:data/tally`, `search script`, `none`. */
const Signature = Type.String({ minLength: 1, maxLength: 400 });

/**
 * What came of a line that somebody sent. The line itself is not in it: only what a model makes of
 * it, as signed bytes to be multiplied by `scale`, and of use beside lines of that model alone.
 */
export const LessonLine = Type.Object({
  type: Type.Literal("line"),
  person: PersonId,
  turnId: Type.String({ maxLength: 128 }),
  /** Unix milliseconds. */
  at: Type.Integer(),
  signature: Signature,
  /** The call was meant; false: it was offered for this line and was not. */
  right: Type.Boolean(),
  model: Type.String({ maxLength: 256 }),
  vector: Type.String({ maxLength: 8_192 }),
  scale: Type.Number(),
});
export type LessonLine = Static<typeof LessonLine>;

/** A person said afterwards that a turn was wrong: what it taught as right is wrong. */
const LessonRefuted = Type.Object({
  type: Type.Literal("refuted"),
  turnId: Type.String({ maxLength: 128 }),
  at: Type.Integer(),
});

/** Everything learnt before is forgotten: of one person, or of the tenant. */
const LessonsForgotten = Type.Object({
  type: Type.Literal("forgotten"),
  person: Type.Optional(PersonId),
  at: Type.Integer(),
});

/** A turn worked with an item, and which one the session had worked with before it. No text is in it. */
const Step = Type.Object({
  type: Type.Literal("step"),
  person: PersonId,
  turnId: Type.String({ maxLength: 128 }),
  /** Unix milliseconds. */
  at: Type.Integer(),
  /** `item_type:qualified_id`. */
  from: Type.Optional(Type.String({ maxLength: 400 })),
  to: Type.String({ maxLength: 400 }),
});

/** An entry of a tenant's `habit` subject in the stream LESSONS: what follows what. */
export const HabitEntry = Type.Union([Step, LessonRefuted, LessonsForgotten]);
export type HabitEntry = Static<typeof HabitEntry>;

/** An entry of a tenant's `lesson` subject in the stream LESSONS. */
export const Lesson = Type.Union([LessonLine, LessonRefuted, LessonsForgotten]);
export type Lesson = Static<typeof Lesson>;
