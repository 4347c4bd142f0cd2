import { type Static, Type } from "typebox";
import { TenantName } from "./access.ts";
import { ItemId } from "./call.ts";
import { ItemType } from "./item-type.ts";
import { TextEnum } from "./text-enum.ts";

const strict = { additionalProperties: false };
const At = Type.Integer({ description: "Unix milliseconds." });

/** Under which items are published. A tenant's own name is its first one. */
export const NamespaceName = TenantName;

/**
 * Whom an owner lets publish: `person:` and the id of somebody of its own (a key's is `k_` and the key's
 * id), or the id of a signing key, `ed25519:…`, for whoever publishes elsewhere with it.
 */
export const Delegate = Type.String({
  pattern: "^(person:.{1,64}|ed25519:[A-Za-z0-9_-]{43})$",
});
export type Delegate = Static<typeof Delegate>;

export const NamespaceDelegate = Type.Object({
  delegate: Type.String(),
  endsAt: Type.Union([At, Type.Null()]),
  addedBy: Type.String(),
  addedAt: At,
});
export type NamespaceDelegate = Static<typeof NamespaceDelegate>;

export const Namespace = Type.Object({
  namespace: NamespaceName,
  /** Null: reserved, nobody publishes under it. */
  owner: Type.Union([TenantName, Type.Null()]),
  /** Whether only admins and those on the list publish; else whoever may write. */
  restricted: Type.Boolean(),
  createdAt: At,
  delegates: Type.Array(NamespaceDelegate),
});
export type Namespace = Static<typeof Namespace>;
export const NamespaceList = Type.Object({ namespaces: Type.Array(Namespace) });
export type NamespaceList = Static<typeof NamespaceList>;

const Reason = Type.String({ minLength: 1, maxLength: 1_000 });
const named = { item_type: ItemType, item_id: ItemId };

export const NewReport = Type.Object({ ...named, reason: Reason }, strict);
export type NewReport = Static<typeof NewReport>;

export const Report = Type.Object({
  reportId: Type.Integer({ minimum: 1 }),
  tenant: TenantName,
  person: Type.String(),
  ...named,
  reason: Type.String(),
  at: At,
  state: TextEnum(["open", "closed"]),
});
export type Report = Static<typeof Report>;
export const ReportTaken = Type.Object({ reportId: Type.Integer({ minimum: 1 }) });
export const ReportList = Type.Object({ reports: Type.Array(Report) });

export const TakeDown = Type.Object({ ...named, reason: Type.String(), at: At });
export type TakeDown = Static<typeof TakeDown>;
export const TakeDownList = Type.Object({ takeDowns: Type.Array(TakeDown) });

/** How many tenants were told. */
export const Told = Type.Object({ told: Type.Integer({ minimum: 0 }) });
export type Told = Static<typeof Told>;

/** What a tenant should know of what it uses. */
export const Notice = Type.Object({
  position: Type.Integer({ minimum: 1 }),
  at: At,
  kind: TextEnum(["taken_down", "put_back", "updated", "update_waits"]),
  /** What it is about: `directive @acme/email/validate`, or a library's name. */
  target: Type.String(),
  detail: Type.String(),
});
export type Notice = Static<typeof Notice>;
export const NoticeList = Type.Object({ notices: Type.Array(Notice) });

/** Null: a tenant takes items from everybody; its own it always may. */
export const AllowedPublishers = Type.Object(
  { publishers: Type.Union([Type.Array(NamespaceName, { maxItems: 256 }), Type.Null()]) },
  strict,
);
export type AllowedPublishers = Static<typeof AllowedPublishers>;

export const NamespaceClaim = Type.Object({ namespace: NamespaceName }, strict);
export const NamespaceChange = Type.Object({ restricted: Type.Boolean() }, strict);
export const DelegateTerm = Type.Object(
  { endsAt: Type.Optional(Type.Union([At, Type.Null()])) },
  strict,
);
export const NamespaceOwner = Type.Object(
  { owner: Type.Union([TenantName, Type.Null()], { description: "Null reserves it." }) },
  strict,
);

const after = Type.Integer({ minimum: 0 });
const namespace = NamespaceName;

/**
 * Everything but search, load and execute that the registry is asked. Which verb each needs is said by one
 * table, `verbOfRegistryRequest`.
 */
export const RegistryOrder = Type.Union([
  Type.Object({ do: Type.Literal("list-namespaces") }, strict),
  Type.Object(
    {
      do: Type.Literal("claim-namespace"),
      namespace,
      /** It is another tenant's name, says the gateway, which knows them. */
      isTenants: Type.Optional(Type.Boolean()),
    },
    strict,
  ),
  Type.Object(
    { do: Type.Literal("change-namespace"), namespace, restricted: Type.Boolean() },
    strict,
  ),
  Type.Object(
    { do: Type.Literal("delegate"), namespace, delegate: Delegate, ...DelegateTerm.properties },
    strict,
  ),
  Type.Object({ do: Type.Literal("undelegate"), namespace, delegate: Delegate }, strict),
  Type.Object(
    { do: Type.Literal("give-namespace"), namespace, ...NamespaceOwner.properties },
    strict,
  ),
  Type.Object({ do: Type.Literal("report"), ...NewReport.properties }, strict),
  Type.Object({ do: Type.Literal("list-reports"), after }, strict),
  Type.Object({ do: Type.Literal("close-report"), reportId: Type.Integer({ minimum: 1 }) }, strict),
  Type.Object({ do: Type.Literal("take-down"), ...NewReport.properties }, strict),
  Type.Object({ do: Type.Literal("put-back"), ...named }, strict),
  Type.Object({ do: Type.Literal("list-take-downs") }, strict),
  Type.Object({ do: Type.Literal("list-notices"), after }, strict),
  Type.Object({ do: Type.Literal("list-records"), after }, strict),
  Type.Object({ do: Type.Literal("show-publishers"), of: TenantName }, strict),
  Type.Object(
    { do: Type.Literal("set-publishers"), of: TenantName, ...AllowedPublishers.properties },
    strict,
  ),
]);
export type RegistryOrder = Static<typeof RegistryOrder>;
