import { type Static, Type } from "typebox";
import { ConsentLevel } from "./consent-level.ts";
import { Effect } from "./item.ts";
import { TextEnum } from "./text-enum.ts";

/** Who may say yes to a call of this class: who asked for it, or only somebody else. */
export const ApprovalRule = TextEnum(["own", "second-person"]);
export type ApprovalRule = Static<typeof ApprovalRule>;

const PackageName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$",
});
/** A name with a dot, also with `*.` before it for all below it, either with a port; or `*`. No address. */
const HostName = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern:
    "^(\\*|(\\*\\.)?([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\\.)+[a-zA-Z]([a-zA-Z0-9-]*[a-zA-Z0-9])?)(:[1-9][0-9]{0,4})?$",
});
const ModelName = Type.String({ minLength: 1, maxLength: 128 });

/** Settings that travel with each call, signed, to whoever keeps to them: bounded so that they fit a header. */
const CARRIED = {
  /** Classes of scripts that may run at all, whoever says yes to them. All of them where it is not named. */
  scriptEffects: Type.Optional(Type.Array(Effect, { maxItems: 3, uniqueItems: true })),
  /** Packages that scripts may be given, of those that the operator allows. All of these where it is not named. */
  scriptPackages: Type.Optional(Type.Array(PackageName, { maxItems: 32, uniqueItems: true })),
  /** Hosts that scripts may reach, of those that the operator lets them. All of these where it is not named. */
  scriptHosts: Type.Optional(Type.Array(HostName, { maxItems: 32, uniqueItems: true })),
  /** The only pool of model servers that may answer. The first that can where it is not named. */
  modelPool: Type.Optional(ModelName),
  /** The name of a model of those servers, instead of the usual one. Only the operator sets it. */
  adapter: Type.Optional(ModelName),
};
export const CarriedSettings = Type.Object(CARRIED);
export type CarriedSettings = Static<typeof CarriedSettings>;

const SETTINGS = {
  /** By effective class. What is not named is `own`. */
  approvals: Type.Optional(
    Type.Object(
      {
        read: Type.Optional(ApprovalRule),
        write: Type.Optional(ApprovalRule),
        destructive: Type.Optional(ApprovalRule),
      },
      { additionalProperties: false },
    ),
  ),
  /**
   * How sure a prediction must be: `standard` and `strict` are the presets, whatever was fitted; `fitted`
   * is the server's own with the tenant's fitted bar, and so is what is not named.
   */
  thresholds: Type.Optional(TextEnum(["standard", "strict", "fitted"])),
  ...CARRIED,
  /** Whether what a person is about to ask for is read ahead of them. On where it is not named. */
  speculation: Type.Optional(TextEnum(["on", "off"])),
  /** What may be kept of turns for training, at most. What the flywheel was told where it is not named. */
  consent: Type.Optional(ConsentLevel),
  /** For how many days what people said and did is kept, at most. As long as the server keeps it where it is not named. */
  retention: Type.Optional(
    Type.Object(
      { days: Type.Integer({ minimum: 1, maximum: 3_650 }) },
      { additionalProperties: false },
    ),
  ),
};

export const TenantSettings = Type.Object(SETTINGS, { additionalProperties: false });
export type TenantSettings = Static<typeof TenantSettings>;

/** Some of them; null takes one back, so that it is as if it had never been set. */
export const TenantSettingsChange = Type.Unsafe<TenantSettingsChange>(
  Type.Object(
    Object.fromEntries(
      Object.entries(SETTINGS).map(([name, schema]) => [
        name,
        Type.Optional(Type.Union([schema, Type.Null()])),
      ]),
    ),
    { additionalProperties: false, minProperties: 1 },
  ),
);
export type TenantSettingsChange = {
  [Name in keyof TenantSettings]?: TenantSettings[Name] | null | undefined;
};
