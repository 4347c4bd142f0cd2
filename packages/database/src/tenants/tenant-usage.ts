import type { UsageRow } from "@lilux/protocol";
import { and, asc, eq, gte, lt, lte, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import type { CountedTurn } from "./tenant-shapes.ts";
import { tenantTurns, tenantUsage } from "./tenants-schema.ts";

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
  const day = at.toISOString().slice(0, 10);
  await queries
    .insert(tenantUsage)
    .values({ tenant, day, person, turns: 1, calls, promptTokens, completionTokens })
    .onConflictDoUpdate({
      target: [tenantUsage.tenant, tenantUsage.day, tenantUsage.person],
      set: {
        turns: sql`${tenantUsage.turns} + 1`,
        calls: sql`${tenantUsage.calls} + ${calls}`,
        promptTokens: sql`${tenantUsage.promptTokens} + ${promptTokens}`,
        completionTokens: sql`${tenantUsage.completionTokens} + ${completionTokens}`,
      },
    });
  return true;
}

/** Names of turns are kept for as long as one could be told again. */
export async function forgetCountedTurns(queries: Queries, before: number): Promise<void> {
  await queries.delete(tenantTurns).where(lt(tenantTurns.at, new Date(before)));
}

export async function readUsage(
  queries: Queries,
  { tenant, from, to, limit }: { tenant: string; from: string; to: string; limit: number },
): Promise<UsageRow[]> {
  const rows = await queries
    .select()
    .from(tenantUsage)
    .where(
      and(eq(tenantUsage.tenant, tenant), gte(tenantUsage.day, from), lte(tenantUsage.day, to)),
    )
    .orderBy(asc(tenantUsage.day), asc(tenantUsage.person))
    .limit(limit);
  return rows.map(({ tenant: _, ...row }) => row);
}

/** Turns of a calendar month, in UTC, as `2026-11`. */
export async function turnsOfMonth(
  queries: Queries,
  { tenant, month }: { tenant: string; month: string },
): Promise<number> {
  const [row] = await queries
    .select({ turns: sql<string>`coalesce(sum(${tenantUsage.turns}), 0)` })
    .from(tenantUsage)
    .where(
      and(eq(tenantUsage.tenant, tenant), sql`to_char(${tenantUsage.day}, 'YYYY-MM') = ${month}`),
    );
  return Number(row?.turns ?? 0);
}

/** Tokens of language models that turns of a calendar month read and wrote, in UTC. */
export async function tokensOfMonth(
  queries: Queries,
  { tenant, month }: { tenant: string; month: string },
): Promise<number> {
  const both = sql`${tenantUsage.promptTokens} + ${tenantUsage.completionTokens}`;
  const [row] = await queries
    .select({ tokens: sql<string>`coalesce(sum(${both}), 0)` })
    .from(tenantUsage)
    .where(
      and(eq(tenantUsage.tenant, tenant), sql`to_char(${tenantUsage.day}, 'YYYY-MM') = ${month}`),
    );
  return Number(row?.tokens ?? 0);
}
