import { type Static, Type } from "typebox";
import { TenantName } from "./access.ts";
import type { OfTenant } from "./tenant.ts";

/** Shorter values stand in ordinary text by chance: masking them would blot out results, or hide nothing. */
export const SECRET_CHARACTERS_MIN = 8;
/** Of UTF-8. A run's environment has to hold several of them. */
export const SECRET_BYTES_MAX = 16 * 1024;
export const SECRETS_PER_TENANT_MAX = 200;

/** The name of a variable: that is where a script finds it. */
export const SecretName = Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$" });

/** What is told of a secret: everything but its value. */
export const SecretRecord = Type.Object({
  name: SecretName,
  version: Type.Integer({ minimum: 1, description: "Rises with each new value." }),
  createdAt: Type.Integer({ description: "Unix milliseconds." }),
  changedAt: Type.Integer({ description: "Unix milliseconds." }),
  changedBy: Type.String(),
});
export type SecretRecord = Static<typeof SecretRecord>;

const Value = Type.String({ minLength: SECRET_CHARACTERS_MIN, maxLength: SECRET_BYTES_MAX });
export const SecretBody = Type.Object(
  {
    value: Value,
    mustExist: Type.Optional(
      Type.Boolean({ description: "Only where there is one of that name: a rotation." }),
    ),
  },
  { additionalProperties: false },
);

const whose = { tenant: TenantName };
const named = { ...whose, name: SecretName };

/** What is asked of the tool core about a tenant's secrets. Their values only ever go in. */
export const SecretsRequest = Type.Union([
  Type.Object({ ...whose, action: Type.Literal("list") }, { additionalProperties: false }),
  Type.Object(
    {
      ...named,
      action: Type.Literal("set"),
      by: Type.String({ maxLength: 256 }),
      value: Value,
      mustExist: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
  Type.Object({ ...named, action: Type.Literal("remove") }, { additionalProperties: false }),
  /** Of all tenants, whoever asks: their data keys under the newest master key. */
  Type.Object({ ...whose, action: Type.Literal("rewrap") }, { additionalProperties: false }),
]);
export type SecretsRequest = OfTenant<Static<typeof SecretsRequest>>;

export const SecretsResult = Type.Object({
  /** After it was done; of a rewrap none. */
  secrets: Type.Array(SecretRecord),
  /** Data keys that a rewrap put under the newest master key. */
  rewrapped: Type.Optional(Type.Integer()),
});
export type SecretsResult = Static<typeof SecretsResult>;
