import { lookAlikeOf, RESERVED_NAMESPACES } from "@lilux/core/registry";
import { type Namespace, NO_TENANT, type Tenant } from "@lilux/protocol";
import { and, asc, count, eq, gte, inArray, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryItems } from "../schema.ts";
import { type RegistryActor, recordAct } from "./registry-act.ts";
import { registryDelegates, registryNamespaces, registryRecords } from "./registry-schema.ts";

const NAMESPACES_MAX = 32;
const DELEGATES_MAX = 256;
const REFUSED_AN_HOUR_MAX = 20;
const HOUR_MS = 3_600_000;
const REFUSED = "claim-refused";
/** The operator looks at so many. */
const LISTED_MAX = 10_000;

export type ClaimOutcome =
  | { kind: "claimed" }
  | { kind: "yours" }
  /** It, or one that is read as the same: whose, is not told, unless everybody can see it anyway. */
  | { kind: "taken"; readsAs: string | undefined }
  | { kind: "too_often" }
  | { kind: "too_many"; max: number };

export interface Claim {
  namespace: string;
  by: RegistryActor;
  /** Whether it is the name of another tenant, which has published nothing yet. */
  isTenants?: boolean;
}

/** Claims go one after the other, so that of two who want one name, or two alike, one is first. */
async function takeTurns(queries: Queries): Promise<void> {
  await queries.execute(
    sql`select pg_advisory_xact_lock(hashtextextended('registry namespaces', 0))`,
  );
}

export async function claimNamespace(
  queries: Queries,
  { namespace, by, isTenants = false }: Claim,
): Promise<ClaimOutcome> {
  await takeTurns(queries);
  const known = await queries
    .select({ namespace: registryNamespaces.namespace, owner: registryNamespaces.owner })
    .from(registryNamespaces);
  const same = known.find((other) => other.namespace === namespace);
  if (same?.owner === by.tenant) return { kind: "yours" };
  if ((await refusedLately(queries, by)) >= REFUSED_AN_HOUR_MAX) return { kind: "too_often" };
  const isTaken = isTenants || same !== undefined || RESERVED_NAMESPACES.includes(namespace);
  if (isTaken) return refuse(queries, { namespace, by }, undefined);
  const others = known.filter(({ owner }) => owner !== by.tenant).map((row) => row.namespace);
  const other = lookAlikeOf(namespace, [...others, ...RESERVED_NAMESPACES]);
  if (other !== undefined) return refuse(queries, { namespace, by }, other);
  const own = known.length - others.length;
  if (own >= NAMESPACES_MAX) return { kind: "too_many", max: NAMESPACES_MAX };
  await insertNamespace(queries, { namespace, owner: by.tenant, at: by.at });
  const { tenant } = by;
  await recordAct(queries, by, { tenant, action: "claim-namespace", target: namespace });
  return { kind: "claimed" };
}

/**
 * Whether a name can be had is told to whoever asks for it. So that nobody goes through a list of companies, what
 * was refused is on record and counted.
 */
async function refuse(
  queries: Queries,
  { namespace, by }: { namespace: string; by: RegistryActor },
  other: string | undefined,
): Promise<ClaimOutcome> {
  const { tenant } = by;
  await recordAct(queries, by, { tenant, action: REFUSED, target: namespace });
  const isSeen = other !== undefined && (await isPublic(queries, other));
  return { kind: "taken", readsAs: isSeen ? other : undefined };
}

async function refusedLately(queries: Queries, { tenant, at }: RegistryActor): Promise<number> {
  const [row] = await queries
    .select({ refused: count() })
    .from(registryRecords)
    .where(
      and(
        eq(registryRecords.tenant, tenant),
        eq(registryRecords.action, REFUSED),
        gte(registryRecords.at, new Date(at.getTime() - HOUR_MS)),
      ),
    );
  return row?.refused ?? 0;
}

/** Reserved, or with something that everybody finds. */
async function isPublic(queries: Queries, namespace: string): Promise<boolean> {
  if (RESERVED_NAMESPACES.includes(namespace)) return true;
  const [item] = await queries
    .select({ itemId: registryItems.itemId })
    .from(registryItems)
    .where(and(eq(registryItems.namespace, namespace), eq(registryItems.visibility, "public")))
    .limit(1);
  return item !== undefined;
}

export async function insertNamespace(
  queries: Queries,
  { namespace, owner, at }: { namespace: string; owner: Tenant | null; at: Date },
): Promise<void> {
  const row = { namespace, owner, restricted: false, createdAt: at };
  await queries.insert(registryNamespaces).values(row);
}

/** A tenant's own, with who may publish; the operator, who is of none, sees all. */
export async function listNamespaces(queries: Queries, tenant: Tenant): Promise<Namespace[]> {
  const rows = await queries
    .select()
    .from(registryNamespaces)
    .where(tenant === NO_TENANT ? undefined : eq(registryNamespaces.owner, tenant))
    .orderBy(asc(registryNamespaces.namespace))
    .limit(LISTED_MAX);
  if (rows.length === 0) return [];
  const names = rows.map(({ namespace }) => namespace);
  const delegates = await queries
    .select()
    .from(registryDelegates)
    .where(inArray(registryDelegates.namespace, names))
    .orderBy(asc(registryDelegates.delegate));
  return rows.map(({ createdAt, ...row }) => ({
    ...row,
    createdAt: createdAt.getTime(),
    delegates: delegates
      .filter(({ namespace }) => namespace === row.namespace)
      .map(({ delegate, addedBy, addedAt, endsAt }) => ({
        delegate,
        addedBy,
        addedAt: addedAt.getTime(),
        endsAt: endsAt?.getTime() ?? null,
      })),
  }));
}

interface OwnNamespace {
  namespace: string;
  by: RegistryActor;
}

/** Whether it is the actor's own. */
async function isOwn(queries: Queries, { namespace, by }: OwnNamespace): Promise<boolean> {
  const rows = await queries
    .select({ owner: registryNamespaces.owner })
    .from(registryNamespaces)
    .where(eq(registryNamespaces.namespace, namespace))
    .for("update");
  return rows[0]?.owner === by.tenant;
}

export async function restrictNamespace(
  queries: Queries,
  given: OwnNamespace & { restricted: boolean },
): Promise<boolean> {
  if (!(await isOwn(queries, given))) return false;
  const { namespace, restricted, by } = given;
  await queries
    .update(registryNamespaces)
    .set({ restricted })
    .where(eq(registryNamespaces.namespace, namespace));
  const action = "change-namespace";
  await recordAct(queries, by, {
    tenant: by.tenant,
    action,
    target: namespace,
    detail: { restricted },
  });
  return true;
}

export type DelegateOutcome = "done" | "not_yours" | "too_many";

export async function addDelegate(
  queries: Queries,
  given: OwnNamespace & { delegate: string; endsAt: Date | null },
): Promise<DelegateOutcome> {
  if (!(await isOwn(queries, given))) return "not_yours";
  const { namespace, delegate, endsAt, by } = given;
  const [held] = await queries
    .select({ delegates: count() })
    .from(registryDelegates)
    .where(eq(registryDelegates.namespace, namespace));
  if ((held?.delegates ?? 0) >= DELEGATES_MAX) return "too_many";
  const row = { addedBy: by.person, addedAt: by.at, endsAt };
  await queries
    .insert(registryDelegates)
    .values({ namespace, delegate, ...row })
    .onConflictDoUpdate({
      target: [registryDelegates.namespace, registryDelegates.delegate],
      set: row,
    });
  const detail = { delegate, endsAt: endsAt?.getTime() ?? null };
  await recordAct(queries, by, {
    tenant: by.tenant,
    action: "delegate",
    target: namespace,
    detail,
  });
  return "done";
}

/** Whether it was on the list. */
export async function removeDelegate(
  queries: Queries,
  given: OwnNamespace & { delegate: string },
): Promise<boolean> {
  if (!(await isOwn(queries, given))) return false;
  const { namespace, delegate, by } = given;
  const gone = await queries
    .delete(registryDelegates)
    .where(
      and(eq(registryDelegates.namespace, namespace), eq(registryDelegates.delegate, delegate)),
    )
    .returning({ delegate: registryDelegates.delegate });
  if (gone.length === 0) return false;
  const detail = { delegate };
  const action = "undelegate";
  await recordAct(queries, by, { tenant: by.tenant, action, target: namespace, detail });
  return true;
}

/** The operator's: gives a name to a tenant, or to nobody. Whoever published under it does so no more. */
export async function giveNamespace(
  queries: Queries,
  { namespace, owner, by }: OwnNamespace & { owner: Tenant | null },
): Promise<void> {
  await takeTurns(queries);
  const [before] = await queries
    .select({ owner: registryNamespaces.owner })
    .from(registryNamespaces)
    .where(eq(registryNamespaces.namespace, namespace));
  if (before === undefined) await insertNamespace(queries, { namespace, owner, at: by.at });
  await queries
    .update(registryNamespaces)
    .set({ owner, restricted: false })
    .where(eq(registryNamespaces.namespace, namespace));
  await queries.delete(registryDelegates).where(eq(registryDelegates.namespace, namespace));
  const act = { action: "give-namespace", target: namespace };
  const detail = { from: before?.owner ?? null, to: owner };
  for (const tenant of new Set([NO_TENANT, before?.owner ?? NO_TENANT, owner ?? NO_TENANT])) {
    await recordAct(queries, by, { tenant, ...act, detail });
  }
}
