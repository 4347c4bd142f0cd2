import { type ItemType, NO_TENANT, type Notice, type TakeDown } from "@lilux/protocol";
import { and, asc, desc, eq, type SQL, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryItems } from "../schema.ts";
import { isItem } from "./item-conditions.ts";
import { addNotices } from "./notices.ts";
import { type RegistryActor, recordAct } from "./registry-act.ts";
import {
  registryDownloads,
  registryNamespaces,
  registryReports,
  registryTakeDowns,
} from "./registry-schema.ts";
import type { ItemKey } from "./registry-shapes.ts";

const LISTED_MAX = 10_000;

/** The tenants that were told; undefined where there is no such item, or nothing to change. */
export type ModerationOutcome = { told: string[] } | undefined;

export async function takeDown(
  queries: Queries,
  { item, reason, by }: { item: ItemKey; reason: string; by: RegistryActor },
): Promise<ModerationOutcome> {
  const [known] = await queries
    .select({ itemId: registryItems.itemId })
    .from(registryItems)
    .where(isItem(item));
  if (known === undefined) return undefined;
  await queries
    .insert(registryTakeDowns)
    .values({ ...item, reason, by: by.person, at: by.at })
    .onConflictDoUpdate({
      target: [
        registryTakeDowns.namespace,
        registryTakeDowns.itemType,
        registryTakeDowns.qualifiedId,
      ],
      set: { reason, by: by.person, at: by.at },
    });
  // What was said of it is answered by this.
  await queries
    .update(registryReports)
    .set({ state: "closed" })
    .where(
      and(
        eq(registryReports.namespace, item.namespace),
        eq(registryReports.itemType, item.itemType),
        eq(registryReports.qualifiedId, item.qualifiedId),
      ),
    );
  return tell(queries, { item, by, kind: "taken_down", detail: reason });
}

export async function putBack(
  queries: Queries,
  { item, by }: { item: ItemKey; by: RegistryActor },
): Promise<ModerationOutcome> {
  const gone = await queries
    .delete(registryTakeDowns)
    .where(isTakeDownOf(item))
    .returning({ by: registryTakeDowns.by });
  if (gone.length === 0) return undefined;
  return tell(queries, { item, by, kind: "put_back", detail: "It may be used again." });
}

export async function listTakeDowns(queries: Queries): Promise<TakeDown[]> {
  const rows = await queries
    .select()
    .from(registryTakeDowns)
    .orderBy(desc(registryTakeDowns.at))
    .limit(LISTED_MAX);
  return rows.map(({ namespace, itemType, qualifiedId, reason, at }) => ({
    item_type: itemType as ItemType,
    item_id: `@${namespace}/${qualifiedId}`,
    reason,
    at: at.getTime(),
  }));
}

export async function takenDown(
  queries: Queries,
  item: ItemKey,
): Promise<{ reason: string } | undefined> {
  const [row] = await queries
    .select({ reason: registryTakeDowns.reason })
    .from(registryTakeDowns)
    .where(isTakeDownOf(item));
  return row;
}

interface Telling {
  item: ItemKey;
  by: RegistryActor;
  kind: Notice["kind"];
  detail: string;
}

/** Whose it is and whoever has it: in their notices, and for the owner on record. */
async function tell(
  queries: Queries,
  { item, by, kind, detail }: Telling,
): Promise<{ told: string[] }> {
  const { namespace, itemType, qualifiedId } = item;
  const target = `${itemType} @${namespace}/${qualifiedId}`;
  const [owned] = await queries
    .select({ owner: registryNamespaces.owner })
    .from(registryNamespaces)
    .where(eq(registryNamespaces.namespace, namespace));
  const owner = owned?.owner ?? undefined;
  const having = await queries
    .selectDistinct({ tenant: registryDownloads.tenant })
    .from(registryDownloads)
    .where(
      and(
        eq(registryDownloads.namespace, namespace),
        eq(registryDownloads.itemType, itemType),
        eq(registryDownloads.qualifiedId, qualifiedId),
      ),
    )
    .orderBy(asc(registryDownloads.tenant));
  const told = [...new Set([...having.map(({ tenant }) => tenant), ...(owner ? [owner] : [])])];
  await addNotices(queries, told, { at: by.at, kind, target, detail });
  const action = kind === "taken_down" ? "take-down" : "put-back";
  for (const tenant of new Set([NO_TENANT, ...(owner ? [owner] : [])])) {
    await recordAct(queries, by, { tenant, action, target, detail: { reason: detail } });
  }
  return { told };
}

function isTakeDownOf({ namespace, itemType, qualifiedId }: ItemKey) {
  return and(
    eq(registryTakeDowns.namespace, namespace),
    eq(registryTakeDowns.itemType, itemType),
    eq(registryTakeDowns.qualifiedId, qualifiedId),
  );
}

/** Of items: those that may be found and opened. */
export const IS_UP = sql`not exists (
  select 1 from ${registryTakeDowns} where ${registryTakeDowns.namespace} = ${registryItems.namespace}
    and ${registryTakeDowns.itemType} = ${registryItems.itemType}
    and ${registryTakeDowns.qualifiedId} = ${registryItems.qualifiedId})`;

/**
 * Of items: why they were taken down; null for those that were not. Written out: in what a query of one
 * table selects, Drizzle leaves the tables' names away, and each column would be compared with itself.
 */
export const DOWN_REASON: SQL<string | null> = sql<string | null>`(
  select down.reason from registry_take_downs down
  where down.namespace = registry_items.namespace
    and down.item_type = registry_items.item_type
    and down.qualified_id = registry_items.qualified_id)`;
