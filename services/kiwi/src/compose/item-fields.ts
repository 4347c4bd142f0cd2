import { Effect, SecretName, TextEnum } from "@lilux/protocol";
import { type Static, Type } from "typebox";

/**
 * What an item may be written from, field by field. The bounds are those that
 * are kept when a file is read, so that nothing is cut off later.
 */
const Text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description });
const AttributeName = "^[A-Za-z_][A-Za-z0-9_.-]{0,63}$";

const Description = Text(2_000, "What it is for, in a sentence or two.");
const Version = Type.String({ pattern: "^\\d+\\.\\d+\\.\\d+[0-9A-Za-z.+-]{0,40}$" });
const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 32 });

const GrantField = Type.Object(
  {
    verb: Type.String({ pattern: AttributeName }),
    attributes: Type.Record(Type.String({ pattern: AttributeName }), Type.String()),
  },
  { additionalProperties: false },
);

const InputField = Type.Object(
  {
    name: Type.String({ pattern: AttributeName }),
    type: TextEnum(["string", "integer", "number", "boolean", "array", "object"], {
      default: "string",
    }),
    required: Type.Boolean({ default: false }),
    default: Type.Optional(Type.Unknown()),
    description: Type.Optional(Type.String({ maxLength: 2_000 })),
    schema: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);
const Inputs = Type.Array(InputField, { maxItems: 100 });

const StepField = Type.Object(
  {
    name: Type.String({ maxLength: 256, default: "" }),
    description: Type.String({ maxLength: 20_000, default: "" }),
    action: Type.String({ maxLength: 200_000, default: "" }),
    attributes: Type.Record(Type.String({ pattern: AttributeName }), Type.String(), {
      default: {},
    }),
  },
  { additionalProperties: false },
);

export const DirectiveFields = Type.Object(
  {
    description: Type.Optional(Description),
    version: Type.Optional(Version),
    tags: Type.Optional(Tags),
    effect: Type.Optional(Effect),
    model_class: Type.Optional(
      Type.Object(
        { tier: Text(64, "Such as fast or balanced."), fallback: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    ),
    permissions: Type.Optional(Type.Array(GrantField, { maxItems: 200 })),
    inputs: Type.Optional(Inputs),
    steps: Type.Optional(Type.Array(StepField, { maxItems: 200 })),
    outputs: Type.Optional(
      Type.Record(Type.String({ pattern: AttributeName }), Type.String({ maxLength: 20_000 })),
    ),
  },
  { additionalProperties: false },
);
export type DirectiveFields = Static<typeof DirectiveFields>;

export const ScriptFields = Type.Object(
  {
    description: Type.Optional(Description),
    version: Type.Optional(Version),
    tags: Type.Optional(Tags),
    effect: Type.Optional(Effect),
    inputs: Type.Optional(Inputs),
    permissions: Type.Optional(Type.Array(GrantField, { maxItems: 200 })),
    dependencies: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 100 })),
    environment: Type.Optional(
      Type.Array(Type.String({ pattern: "^[A-Z_][A-Z0-9_]{0,127}$" }), { maxItems: 100 }),
    ),
    secrets: Type.Optional(Type.Array(SecretName, { maxItems: 32 })),
    code: Type.Optional(Type.String({ minLength: 1, description: "Python source." })),
  },
  { additionalProperties: false },
);
export type ScriptFields = Static<typeof ScriptFields>;

export const KnowledgeFields = Type.Object(
  {
    title: Type.Optional(Text(256, "What it is called.")),
    description: Type.Optional(Description),
    version: Type.Optional(Version),
    tags: Type.Optional(Tags),
    entry_type: Type.Optional(Text(64, "Such as learning, pattern or reference.")),
    body: Type.Optional(Type.String({ minLength: 1, description: "Markdown." })),
  },
  { additionalProperties: false },
);
export type KnowledgeFields = Static<typeof KnowledgeFields>;

/** The fields of an item, together with the type they belong to. */
export type ItemFields =
  | { item_type: "directive"; fields: DirectiveFields }
  | { item_type: "script"; fields: ScriptFields }
  | { item_type: "knowledge"; fields: KnowledgeFields };

/** Where a new item of this kind stands among others of its library. */
export interface ItemIdentity {
  item_id: string;
  /** "" when it lies in no category. */
  category: string;
}
