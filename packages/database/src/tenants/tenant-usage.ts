import type { Tenant, UsageRow } from "@lilux/protocol";
import { and, asc, eq, gte, lt, lte, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import type { CountedTurn, CountedUse, MonthTotals, TakenTotals } from "./tenant-shapes.ts";
import { byteHoursOfMonth } from "./tenant-storage.ts";
import { tenantCounted, tenantTurns, tenantUsage } from "./tenants-schema.ts";

const NOTHING: TakenTotals = {
  turns: 0,
  calls: 0,
  promptTokens: 0,
  completionTokens: 0,
  predictions: 0,
  scriptMs: 0,
};

/** Counts a turn once, however often it is told. */
export async function countTurn(queries: Queries, turn: CountedTurn): Promise<boolean> {
  const { tenant, sessionId, turnId, person, calls, promptTokens, completionTokens } = turn;
  const at = new Date(turn.at);
  const added = await queries
    .insert(tenantTurns)
    .values({ tenant, sessionId, turnId, at })
    .onConflictDoNothing()
    .returning({ turnId: tenantTurns.turnId });
  if (added.length === 0) return false;
  const took = { ...NOTHING, turns: 1, calls, promptTokens, completionTokens };
  await addToDay(queries, { tenant, person, at: turn.at }, took);
  return true;
}

/** Counts predictions or the time of scripts once by their name, however often they are told. */
export async function countUse(queries: Queries, use: CountedUse): Promise<boolean> {
  const { tenant, name, person, at, predictions = 0, scriptMs = 0 } = use;
  if (!(await noteOnce(queries, { tenant, name, at }))) return false;
  const whole = { predictions: Math.round(predictions), scriptMs: Math.round(scriptMs) };
  await addToDay(queries, { tenant, person, at }, { ...NOTHING, ...whole });
  return true;
}

/** True for the first who says it. */
export async function noteOnce(
  queries: Queries,
  { tenant, name, at }: { tenant: Tenant; name: string; at: number },
): Promise<boolean> {
  const added = await queries
    .insert(tenantCounted)
    .values({ tenant, name, at: new Date(at) })
    .onConflictDoNothing()
    .returning({ name: tenantCounted.name });
  return added.length > 0;
}

async function addToDay(
  queries: Queries,
  { tenant, person, at }: { tenant: Tenant; person: string; at: number },
  took: TakenTotals,
): Promise<void> {
  const day = new Date(at).toISOString().slice(0, 10);
  await queries
    .insert(tenantUsage)
    .values({ tenant, day, person, ...took })
    .onConflictDoUpdate({
      target: [tenantUsage.tenant, tenantUsage.day, tenantUsage.person],
      set: {
        turns: sql`${tenantUsage.turns} + ${took.turns}`,
        calls: sql`${tenantUsage.calls} + ${took.calls}`,
        promptTokens: sql`${tenantUsage.promptTokens} + ${took.promptTokens}`,
        completionTokens: sql`${tenantUsage.completionTokens} + ${took.completionTokens}`,
        predictions: sql`${tenantUsage.predictions} + ${took.predictions}`,
        scriptMs: sql`${tenantUsage.scriptMs} + ${took.scriptMs}`,
      },
    });
}

/** Names of what was counted are kept for as long as it could be told again. */
export async function forgetCountedTurns(queries: Queries, before: number): Promise<void> {
  await queries.delete(tenantTurns).where(lt(tenantTurns.at, new Date(before)));
  await queries.delete(tenantCounted).where(lt(tenantCounted.at, new Date(before)));
}

export async function readUsage(
  queries: Queries,
  { tenant, from, to, limit }: { tenant: Tenant; from: string; to: string; limit: number },
): Promise<UsageRow[]> {
  const rows = await queries
    .select()
    .from(tenantUsage)
    .where(
      and(eq(tenantUsage.tenant, tenant), gte(tenantUsage.day, from), lte(tenantUsage.day, to)),
    )
    .orderBy(asc(tenantUsage.day), asc(tenantUsage.person))
    .limit(limit);
  return rows.map(({ tenant: _, scriptMs, ...row }) => ({
    ...row,
    scriptSeconds: scriptMs / 1_000,
  }));
}

/** All that was taken and kept in a calendar month, in UTC, as `2026-11`. */
export async function totalsOfMonth(
  queries: Queries,
  { tenant, month }: { tenant: Tenant; month: string },
): Promise<MonthTotals> {
  const sumOf = (column: typeof tenantUsage.turns) => sql<string>`coalesce(sum(${column}), 0)`;
  const [row] = await queries
    .select({
      turns: sumOf(tenantUsage.turns),
      calls: sumOf(tenantUsage.calls),
      promptTokens: sumOf(tenantUsage.promptTokens),
      completionTokens: sumOf(tenantUsage.completionTokens),
      predictions: sumOf(tenantUsage.predictions),
      scriptMs: sumOf(tenantUsage.scriptMs),
    })
    .from(tenantUsage)
    .where(
      and(eq(tenantUsage.tenant, tenant), sql`to_char(${tenantUsage.day}, 'YYYY-MM') = ${month}`),
    );
  const byteHours = await byteHoursOfMonth(queries, { tenant, month });
  if (row === undefined) return { ...NOTHING, byteHours };
  return {
    turns: Number(row.turns),
    calls: Number(row.calls),
    promptTokens: Number(row.promptTokens),
    completionTokens: Number(row.completionTokens),
    predictions: Number(row.predictions),
    scriptMs: Number(row.scriptMs),
    byteHours,
  };
}
