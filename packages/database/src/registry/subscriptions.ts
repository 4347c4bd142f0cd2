import type { Tenant } from "@lilux/protocol";
import { and, asc, count, eq, ne, or, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import type { LibraryKey } from "./libraries.ts";
import { type RegistryActor, recordAct } from "./registry-act.ts";
import { registrySubscriptions } from "./registry-schema.ts";

const SUBSCRIPTIONS_MAX = 64;
const LISTED_MAX = 10_000;

export interface StoredSubscription extends LibraryKey {
  tenant: Tenant;
  range: string;
  automatic: boolean;
  applied: string | null;
  before: string | null;
}

/** Of which subscription, and who changes it. */
export interface SubscriptionChange extends LibraryKey {
  by: RegistryActor;
}

/** Begins one, or changes the range and the word of one that is there. False where there are too many. */
export async function subscribe(
  queries: Queries,
  { by, namespace, name, ...wish }: SubscriptionChange & { range: string; automatic: boolean },
): Promise<boolean> {
  const { tenant } = by;
  // One after the other of a tenant: two at once would both find room for one.
  await queries.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`subscriptions ${tenant}`}, 0))`,
  );
  const [others] = await queries
    .select({ subscriptions: count() })
    .from(registrySubscriptions)
    .where(
      and(
        eq(registrySubscriptions.tenant, tenant),
        or(ne(registrySubscriptions.namespace, namespace), ne(registrySubscriptions.name, name)),
      ),
    );
  if ((others?.subscriptions ?? 0) >= SUBSCRIPTIONS_MAX) return false;
  const set = { ...wish, changedAt: by.at };
  await queries
    .insert(registrySubscriptions)
    .values({ tenant, namespace, name, createdBy: by.person, createdAt: by.at, ...set })
    .onConflictDoUpdate({
      target: [
        registrySubscriptions.tenant,
        registrySubscriptions.namespace,
        registrySubscriptions.name,
      ],
      set,
    });
  await record(queries, { by, namespace, name }, { action: "subscribe", detail: wish });
  return true;
}

/** Of a tenant, of a library, or all, each in order. */
export async function listSubscriptions(
  queries: Queries,
  wanted: { tenant: Tenant } | LibraryKey | "all",
): Promise<StoredSubscription[]> {
  return queries
    .select({
      tenant: registrySubscriptions.tenant,
      namespace: registrySubscriptions.namespace,
      name: registrySubscriptions.name,
      range: registrySubscriptions.range,
      automatic: registrySubscriptions.automatic,
      applied: registrySubscriptions.applied,
      before: registrySubscriptions.before,
    })
    .from(registrySubscriptions)
    .where(conditionOf(wanted))
    .orderBy(
      asc(registrySubscriptions.tenant),
      asc(registrySubscriptions.namespace),
      asc(registrySubscriptions.name),
    )
    .limit(LISTED_MAX);
}

function conditionOf(wanted: { tenant: Tenant } | LibraryKey | "all") {
  if (wanted === "all") return undefined;
  if ("tenant" in wanted) return eq(registrySubscriptions.tenant, wanted.tenant);
  return and(
    eq(registrySubscriptions.namespace, wanted.namespace),
    eq(registrySubscriptions.name, wanted.name),
  );
}

/** False when the subscription is no longer what was looked at: then nothing was changed. */
export async function setApplied(
  queries: Queries,
  given: SubscriptionChange & {
    from: string | null;
    to: string | null;
    before: string | null;
    action: string;
    stopsAutomatic: boolean;
    detail?: Record<string, unknown>;
  },
): Promise<boolean> {
  const { by, from, to, before, action, stopsAutomatic, detail } = given;
  const [row] = await queries
    .select({ applied: registrySubscriptions.applied })
    .from(registrySubscriptions)
    .where(isSubscription(given))
    .for("update");
  if (row === undefined || row.applied !== from) return false;
  const set = { applied: to, before, changedAt: by.at };
  await queries
    .update(registrySubscriptions)
    .set(stopsAutomatic ? { ...set, automatic: false } : set)
    .where(isSubscription(given));
  await record(queries, given, { action, detail: { from, to, ...detail } });
  return true;
}

/** Whether there was one. */
export async function unsubscribe(queries: Queries, given: SubscriptionChange): Promise<boolean> {
  const gone = await queries
    .delete(registrySubscriptions)
    .where(isSubscription(given))
    .returning({ applied: registrySubscriptions.applied });
  if (gone.length === 0) return false;
  await record(queries, given, { action: "unsubscribe", detail: {} });
  return true;
}

async function record(
  queries: Queries,
  { by, namespace, name }: SubscriptionChange,
  act: { action: string; detail: Record<string, unknown> },
): Promise<void> {
  await recordAct(queries, by, { tenant: by.tenant, target: `@${namespace}/${name}`, ...act });
}

function isSubscription({ by: { tenant }, namespace, name }: SubscriptionChange) {
  return and(
    eq(registrySubscriptions.tenant, tenant),
    eq(registrySubscriptions.namespace, namespace),
    eq(registrySubscriptions.name, name),
  );
}
