import { Call, createParser, type Tenant } from "@lilux/protocol";
import { and, asc, desc, eq } from "drizzle-orm";
import type { TenantQueries } from "../database.ts";
import { flywheelReviews, flywheelTurns } from "../schema.ts";
import type { Review, StoredTurn } from "./flywheel-shapes.ts";
import { readTurns } from "./turns.ts";

const calls = createParser(Call, "a kept call", "internal");
const SESSION_TURNS_MAX = 2_000;

/** Of each label the newest review. */
export async function listReviews(queries: TenantQueries, tenant: Tenant): Promise<Review[]> {
  const { turnPosition, rule, callDigest, position } = flywheelReviews;
  const rows = await queries
    .selectDistinctOn([turnPosition, rule, callDigest])
    .from(flywheelReviews)
    .where(eq(flywheelReviews.tenant, tenant))
    .orderBy(turnPosition, rule, callDigest, desc(position));
  return rows.map(reviewOf);
}

/** False where the turn is not the tenant's, or not there any more. */
export async function addReview(queries: TenantQueries, review: Review): Promise<boolean> {
  const { tenant, turnPosition } = review;
  const [turn] = await queries
    .select({ position: flywheelTurns.position })
    .from(flywheelTurns)
    .where(and(eq(flywheelTurns.tenant, tenant), eq(flywheelTurns.position, turnPosition)))
    .for("share");
  if (turn === undefined) return false;
  const { meant, at, ...rest } = review;
  const told = review.verdict === "fix" ? { meant: meant ?? null } : {};
  await queries.insert(flywheelReviews).values({ ...rest, ...told, at: new Date(at) });
  return true;
}

/** Takes back the last one of this reviewer; what was said of the label before counts again. */
export async function undoReview(
  queries: TenantQueries,
  { tenant, reviewer }: { tenant: Tenant; reviewer: string },
): Promise<Review | undefined> {
  const [last] = await queries
    .select()
    .from(flywheelReviews)
    .where(and(eq(flywheelReviews.tenant, tenant), eq(flywheelReviews.reviewer, reviewer)))
    .orderBy(desc(flywheelReviews.position))
    .limit(1)
    .for("update");
  if (last === undefined) return undefined;
  await queries.delete(flywheelReviews).where(eq(flywheelReviews.position, last.position));
  return reviewOf(last);
}

/** The turns of the session that this one is of; none where it is not the tenant's. */
export async function sessionOfTurn(
  queries: TenantQueries,
  { tenant, turnPosition }: { tenant: Tenant; turnPosition: number },
): Promise<StoredTurn[]> {
  const [turn] = await queries
    .select({ sessionId: flywheelTurns.sessionId })
    .from(flywheelTurns)
    .where(and(eq(flywheelTurns.tenant, tenant), eq(flywheelTurns.position, turnPosition)));
  if (turn === undefined) return [];
  const rows = await queries
    .select()
    .from(flywheelTurns)
    .where(and(eq(flywheelTurns.tenant, tenant), eq(flywheelTurns.sessionId, turn.sessionId)))
    .orderBy(asc(flywheelTurns.position))
    .limit(SESSION_TURNS_MAX);
  return readTurns(rows).turns;
}

function reviewOf({ at, meant, position: _, ...row }: typeof flywheelReviews.$inferSelect): Review {
  const read = meant === null || meant === undefined ? null : calls.parse(meant);
  return { ...row, at: at.getTime(), ...(row.verdict === "fix" ? { meant: read } : {}) };
}
