import { type Static, Type } from "typebox";
import type { Effect } from "./item.ts";
import { KEY_SCOPES } from "./key-scopes.ts";
import { PersonId } from "./lesson.ts";
import { ROLES } from "./roles.ts";
import { StorageRow } from "./storage.ts";
import type { OfTenant, Tenant } from "./tenant.ts";
import { type CarriedSettings, TenantSettings } from "./tenant-settings.ts";
import { TextEnum } from "./text-enum.ts";
import { Weight } from "./weight.ts";

/**
 * What somebody may do, whichever door they come by. `predict`: see what a line may mean. `read`: search,
 * load, list, recall. `run`: turns, scripts and steps. `write`: change the library. `confirm`: say yes to what
 * they asked for themselves. `approve`: say yes to what somebody else asked for. `admin`: people, keys, limits
 * and settings of their tenant. `metrics`: its usage. `operate`: tenants themselves.
 */
export const VERBS = [
  "predict",
  "read",
  "run",
  "write",
  "confirm",
  "approve",
  "admin",
  "metrics",
  "operate",
] as const;
export type Verb = (typeof VERBS)[number];

export interface SecondPerson {
  /** Classes of calls. */
  readonly effects: readonly Effect[];
  /** Whether the gateway has seen to it that a yes which comes with a call is somebody else's. */
  readonly isSeenTo: boolean;
}

/** Who a call is made for, and what may be done for them: verified, and passed on from part to part. */
export interface Mandate {
  readonly tenant: Tenant;
  readonly person: string;
  /** What they are called, where that is known: for what people read, never to tell them apart. */
  readonly name?: string | undefined;
  readonly verbs: ReadonlySet<Verb>;
  /** How much their tenant counts where something is crowded; 1 when nothing is said. */
  readonly weight?: number | undefined;
  /** What their tenant set that others than the gateway keep to. */
  readonly settings?: CarriedSettings | undefined;
  /** What waits for somebody else's yes, where their tenant wants that. */
  readonly secondPerson?: SecondPerson | undefined;
  /** As the gateway signed it, for the next part to verify; absent where nobody has to. */
  readonly token?: string | undefined;
}

export const Role = TextEnum(ROLES);
export type Role = Static<typeof Role>;

export const KeyScope = TextEnum(KEY_SCOPES);
export type KeyScope = Static<typeof KeyScope>;

/** A tenant's name: it stands in subjects, folders and keys, and never changes. */
export const TenantName = Type.String({ pattern: "^[a-z0-9-]{1,32}$" });

const At = Type.Integer({ description: "Unix milliseconds." });
const Maybe = <T extends ReturnType<typeof Type.String> | typeof At>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const PositiveCount = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });

/** What a tenant may take, where it differs from what every tenant of the server may. */
export const TenantLimitsGiven = Type.Object(
  {
    /** Its share of what is crowded: 2 is served twice as much as 1, which is usual. */
    weight: Type.Optional(Weight),
    sessionsMax: Type.Optional(PositiveCount),
    socketsMax: Type.Optional(PositiveCount),
    requestsPerSecond: Type.Optional(PositiveCount),
    framesPerSecond: Type.Optional(PositiveCount),
    bytesPerSecond: Type.Optional(PositiveCount),
    requestsAtOnce: Type.Optional(PositiveCount),
    predictionsAtOnce: Type.Optional(PositiveCount),
    turnsAtOnce: Type.Optional(PositiveCount),
    turnsPerMonth: Type.Optional(PositiveCount),
    /** Of language models, those that they read and those that they wrote. */
    tokensPerMonth: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 })),
    predictionsPerMonth: Type.Optional(PositiveCount),
    scriptSecondsPerMonth: Type.Optional(PositiveCount),
    /** A gigabyte (10^9 bytes) that is kept for an hour is one of them. */
    gigabyteHoursPerMonth: Type.Optional(PositiveCount),
    /** By the prices of the server, in their currency. */
    costPerMonth: Type.Optional(PositiveCount),
  },
  { additionalProperties: false },
);
export type TenantLimitsGiven = Static<typeof TenantLimitsGiven>;

const Url = Type.String({ minLength: 8, maxLength: 512, pattern: "^https?://" });
const ClaimName = Type.String({ minLength: 1, maxLength: 128 });

/** Where a tenant's people sign in. Only the operator sets it: the server fetches its keys from there. */
export const SignIn = Type.Object(
  {
    issuer: Url,
    audience: Type.String({ minLength: 1, maxLength: 256 }),
    jwksUrl: Url,
    /** Names the tenant, where several share an issuer. */
    tenantClaim: Type.Optional(ClaimName),
    /** Names the role; without it, what is on record counts. */
    roleClaim: Type.Optional(ClaimName),
    /** Of somebody who was never seen before and brings none. */
    roleOfNewcomers: Type.Optional(Role),
  },
  { additionalProperties: false },
);
export type SignIn = Static<typeof SignIn>;

export const TenantState = TextEnum(["active", "suspended", "deleting"]);
export type TenantState = Static<typeof TenantState>;

const Plan = Type.String({ minLength: 1, maxLength: 64 });

export const TenantRecord = Type.Object({
  tenant: TenantName,
  state: TenantState,
  plan: Plan,
  limits: TenantLimitsGiven,
  settings: TenantSettings,
  signIn: Type.Union([SignIn, Type.Null()]),
  createdAt: At,
});
export type TenantRecord = OfTenant<Static<typeof TenantRecord>>;

export const KeyId = Type.String({ pattern: "^[A-Za-z0-9]{12}$" });

/** A key as it may be shown: never with its secret. */
export const KeyRecord = Type.Object({
  keyId: KeyId,
  name: Type.String(),
  scopes: Type.Array(KeyScope),
  /** Whose it is; a machine's own when there is none. */
  person: Maybe(PersonId),
  createdAt: At,
  createdBy: Type.String(),
  expiresAt: Maybe(At),
  revokedAt: Maybe(At),
  lastUsedAt: Maybe(At),
});
export type KeyRecord = Static<typeof KeyRecord>;

/** The one time that a key is seen whole. */
export const NewKey = Type.Object({ key: Type.String(), record: KeyRecord });
export type NewKey = Static<typeof NewKey>;

export const PersonRecord = Type.Object({
  person: PersonId,
  name: Type.String({ maxLength: 200 }),
  role: Role,
  state: TextEnum(["active", "suspended"]),
  createdAt: At,
});
export type PersonRecord = Static<typeof PersonRecord>;

/** One act of administration. Each holds the hash of the one before it, so that none can be left out or changed unseen. */
export const AdminRecord = Type.Object({
  position: Type.Integer({ minimum: 1 }),
  at: At,
  actor: Type.String(),
  action: Type.String(),
  target: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
  previous: Type.String(),
  hash: Type.String(),
});
export type AdminRecord = Static<typeof AdminRecord>;

const Count = Type.Integer({ minimum: 0 });

/** What one person, or one key, of a tenant took on one day. */
export const UsageRow = Type.Object({
  day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "UTC." }),
  person: PersonId,
  turns: Count,
  calls: Count,
  promptTokens: Count,
  completionTokens: Count,
  predictions: Count,
  scriptSeconds: Type.Number({ minimum: 0 }),
  /** By the prices of the server, where it has any. */
  cost: Type.Optional(Type.Number({ minimum: 0 })),
});
export type UsageRow = Static<typeof UsageRow>;

const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });

/** What a tenant took from one day to another, and how far it is with the budgets of this month. */
export const UsageAnswer = Type.Object({
  from: Day,
  to: Day,
  usage: Type.Array(UsageRow),
  storage: Type.Array(StorageRow),
  /** Of the costs, where the server has prices. */
  currency: Type.Optional(Type.String()),
  budgets: Type.Array(
    Type.Object({
      budget: Type.String(),
      max: Type.Number(),
      used: Type.Number(),
      /** `soft` from four fifths on; `spent`: what it bounds is refused. */
      state: TextEnum(["open", "soft", "spent"]),
    }),
  ),
});
export type UsageAnswer = Static<typeof UsageAnswer>;
