import { createHash } from "node:crypto";
import { capOfVoices } from "@lilux/core/fitting";

export interface RowOfSomebody {
  row: object;
  person: string;
  session: string;
}

export interface CappedRows<Row> {
  kept: Row[];
  overSession: number;
  overPerson: number;
}

/** A session says no more than this, whoever has it: several people may work under one name. */
export const SESSION_ROWS_MAX = 200;
/** So many rows a person always has to learn from; in what judges, nobody has more than the share. */
export const PERSON_ROWS_MIN = 200;
/** Of a split's rows, or an even part where so few people speak that it is more. */
export const PERSON_SHARE_MAX = 0.15;

/**
 * Rows of one split without those that a session or a person has too many of. Which of them stay is
 * drawn by the hash of the row: neither the newest nor the first, which whoever floods could choose.
 */
export function capRows<Row extends RowOfSomebody>(
  rows: readonly Row[],
  { isJudge }: { isJudge: boolean },
): CappedRows<Row> {
  const ofSessions = drawn(rows, ({ session }) => session, SESSION_ROWS_MAX);
  const byPerson = Map.groupBy(ofSessions, ({ person }) => person);
  const counts = [...byPerson.values()].map((own) => own.length);
  const share = Math.floor(capOfVoices(counts, PERSON_SHARE_MAX));
  const most = isJudge ? Math.max(1, share) : Math.max(PERSON_ROWS_MIN, share);
  const kept = drawn(ofSessions, ({ person }) => person, most);
  return {
    kept,
    overSession: rows.length - ofSessions.length,
    overPerson: ofSessions.length - kept.length,
  };
}

/** At most so many of each group, in the order in which they came. */
function drawn<Row extends RowOfSomebody>(
  rows: readonly Row[],
  groupOf: (row: Row) => string,
  most: number,
): Row[] {
  const kept = new Set<Row>();
  for (const own of Map.groupBy(rows, groupOf).values()) {
    const drawnOnes = own.length <= most ? own : byHash(own).slice(0, most);
    for (const row of drawnOnes) kept.add(row);
  }
  return rows.filter((row) => kept.has(row));
}

function byHash<Row extends RowOfSomebody>(rows: readonly Row[]): Row[] {
  return rows
    .map((row) => ({ row, hash: hashOf(row) }))
    .toSorted((a, b) => (a.hash < b.hash ? -1 : 1))
    .map(({ row }) => row);
}

function hashOf({ row }: RowOfSomebody): string {
  return createHash("sha256").update(JSON.stringify(row)).digest("hex");
}
