import { lowerConsent } from "@lilux/core/access";
import { createParser, Interaction, type Tenant } from "@lilux/protocol";
import { and, asc, eq, gt, gte, inArray, lt, type SQL } from "drizzle-orm";
import type { Queries, TenantQueries } from "../database.ts";
import {
  flywheelConsents,
  flywheelDatasetRows,
  flywheelDatasets,
  flywheelRatings,
  flywheelTurns,
} from "../schema.ts";
import { readConsent } from "./consents.ts";
import type { NewTurn, Rating, StoredTurn, TurnsPage, UnreadableTurn } from "./flywheel-shapes.ts";

const interaction = createParser(Interaction, "a kept turn", "internal");
/** How many turns one statement deletes, so that none lasts. */
const DELETED_AT_ONCE = 1_000;

/**
 * Keeps a turn once, if what was agreed when it was read still holds now: the consent's row is
 * locked against a change, so that whoever withdraws it deletes this turn as well.
 */
export async function addTurn(
  queries: TenantQueries,
  turn: NewTurn,
): Promise<"kept" | "known" | "refused"> {
  const { tenant, person, level, at } = turn;
  await queries
    .select({ level: flywheelConsents.level })
    .from(flywheelConsents)
    .where(eq(flywheelConsents.tenant, tenant))
    .for("share");
  const consent = await readConsent(queries, tenant);
  const isCovered = lowerConsent(level, consent.level) === level;
  const isAgreed = isCovered && at >= consent.since && !consent.peopleOut.has(person);
  if (!isAgreed) return "refused";
  const kept = await queries
    .insert(flywheelTurns)
    .values({ ...turn, at: new Date(turn.at) })
    .onConflictDoNothing()
    .returning({ position: flywheelTurns.position });
  return kept.length === 0 ? "known" : "kept";
}

/** The newest rating of a turn counts. */
export async function addRating(queries: TenantQueries, rating: Rating): Promise<void> {
  const at = new Date(rating.at);
  await queries
    .insert(flywheelRatings)
    .values({ ...rating, at })
    .onConflictDoUpdate({
      target: [flywheelRatings.tenant, flywheelRatings.sessionId, flywheelRatings.turnId],
      set: { rating: rating.rating, at },
    });
}

/** A page of a tenant's kept turns, after a position, oldest first. */
export interface KeptTurnsWanted {
  tenant: Tenant;
  person?: string | undefined;
  /** Only those of this time and later, in Unix milliseconds. */
  since?: number | undefined;
  after: number;
  limit: number;
}

export async function listTurns(
  queries: TenantQueries,
  wanted: KeptTurnsWanted,
): Promise<TurnsPage> {
  const { tenant, person, since, after, limit } = wanted;
  const rows = await queries
    .select()
    .from(flywheelTurns)
    .where(and(whose({ tenant, person, since }), gt(flywheelTurns.position, after)))
    .orderBy(asc(flywheelTurns.position))
    .limit(limit);
  const next = rows.length === limit ? rows.at(-1)?.position : undefined;
  return { ...readTurns(rows), next };
}

/** Each by itself: one that cannot be read takes no other with it. */
export function readTurns(
  rows: readonly (typeof flywheelTurns.$inferSelect)[],
): Omit<TurnsPage, "next"> {
  const turns: StoredTurn[] = [];
  const unreadable: UnreadableTurn[] = [];
  for (const { record, at, ...row } of rows) {
    const known = { ...row, at: at.getTime() };
    if (interaction.is(record) && record.type === "turn") turns.push({ ...known, record });
    else unreadable.push({ ...known, record });
  }
  return { turns, unreadable };
}

export async function listRatings(queries: TenantQueries, tenant: Tenant): Promise<Rating[]> {
  const rows = await queries
    .select()
    .from(flywheelRatings)
    .where(eq(flywheelRatings.tenant, tenant));
  return rows.map(({ at, ...row }) => ({ ...row, at: at.getTime() }));
}

/** Which kept turns are meant: all that hold. */
export interface TurnsWanted {
  tenant?: Tenant | undefined;
  person?: string | undefined;
  /** Only those kept at one of these levels. */
  levels?: readonly NewTurn["level"][] | undefined;
  /** Only those of before, in Unix milliseconds. */
  before?: number | undefined;
  /** Of this time and later, in Unix milliseconds. */
  since?: number | undefined;
}

/**
 * Deletes turns with their ratings, and the rows of datasets that were made of them; those datasets
 * are stale from then on. At most a thousand turns; `isMore` when there may be others.
 */
export async function deleteTurns(
  queries: Queries,
  wanted: TurnsWanted,
  at: number,
): Promise<{ turns: number; staleDatasets: string[]; isMore: boolean }> {
  const found = await queries
    .select({
      position: flywheelTurns.position,
      tenant: flywheelTurns.tenant,
      sessionId: flywheelTurns.sessionId,
      turnId: flywheelTurns.turnId,
    })
    .from(flywheelTurns)
    .where(whose(wanted))
    .limit(DELETED_AT_ONCE);
  if (found.length === 0) return { turns: 0, staleDatasets: [], isMore: false };
  for (const turn of found) {
    await queries
      .delete(flywheelRatings)
      .where(
        and(
          eq(flywheelRatings.tenant, turn.tenant),
          eq(flywheelRatings.sessionId, turn.sessionId),
          eq(flywheelRatings.turnId, turn.turnId),
        ),
      );
  }
  const positions = found.map(({ position }) => position);
  const emptied = await queries
    .update(flywheelDatasetRows)
    .set({ row: null })
    .where(inArray(flywheelDatasetRows.turnPosition, positions))
    .returning({ tenant: flywheelDatasetRows.tenant, version: flywheelDatasetRows.version });
  await queries.delete(flywheelTurns).where(inArray(flywheelTurns.position, positions));
  const staleDatasets = await makeStale(queries, emptied, at);
  return { turns: found.length, staleDatasets, isMore: found.length === DELETED_AT_ONCE };
}

/** The datasets that rows were taken out of, by tenant and version. */
async function makeStale(
  queries: Queries,
  emptied: readonly { tenant: Tenant; version: string }[],
  at: number,
): Promise<string[]> {
  const stale = new Map(emptied.map((row) => [`${row.tenant} ${row.version}`, row]));
  for (const { tenant, version } of stale.values()) {
    await queries
      .update(flywheelDatasets)
      .set({ staleSince: new Date(at) })
      .where(and(eq(flywheelDatasets.tenant, tenant), eq(flywheelDatasets.version, version)));
  }
  return [...stale.keys()];
}

function whose({ tenant, person, levels, since, before }: TurnsWanted): SQL | undefined {
  return and(
    tenant === undefined ? undefined : eq(flywheelTurns.tenant, tenant),
    person === undefined ? undefined : eq(flywheelTurns.person, person),
    levels === undefined ? undefined : inArray(flywheelTurns.level, [...levels]),
    since === undefined ? undefined : gte(flywheelTurns.at, new Date(since)),
    before === undefined ? undefined : lt(flywheelTurns.at, new Date(before)),
  );
}
