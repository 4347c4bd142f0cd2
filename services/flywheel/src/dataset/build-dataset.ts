import { createHash } from "node:crypto";
import { createLineOverlap, type LineSet, normalForm } from "@lilux/core/text";
import type { NewDataset, Rating, Review, StoredTurn } from "@lilux/database";
import type { DatasetManifest, Tenant } from "@lilux/protocol";
import { labelId, shortDigest } from "../label/label-id.ts";
import { type Label, labelSession, RULES_VERSION } from "../label/label-session.ts";
import { REDACTION_VERSION } from "../redact/private-patterns.ts";
import { applyReview } from "../review/apply-review.ts";
import { noiseOf } from "../review/noise-of.ts";
import { createGatheredRows } from "./gather-rows.ts";
import { type Session, splitSessions } from "./split-sessions.ts";
import { turnOfRow } from "./turn-of-row.ts";

const HISTORY_LINES_MAX = 10;
const VERSION_CHARACTERS = 16;

export interface DatasetSource {
  tenant: Tenant;
  name: string;
  turns: readonly StoredTurn[];
  /** The positions of kept turns that cannot be read. */
  unreadable?: readonly number[];
  ratings: readonly Rating[];
  /** Of each label the newest. */
  reviews?: readonly Review[];
  /** What models are judged by: no row is nearly a line of theirs. */
  evaluationSets?: readonly LineSet[];
  now: number;
}

/** A row, and whose it is. */
type MadeRow = NewDataset["rows"][number] & { person: string; session: string };

/**
 * A dataset of what a tenant's turns say: labelled by rule, split by session and time, with no line
 * of one split said again, or nearly so, in another. The same turns make the same rows.
 */
export function buildDataset(source: DatasetSource): NewDataset {
  const { tenant, name, now, reviews = [], evaluationSets = [], unreadable = [] } = source;
  // Of a turn without its text nothing can be learnt about lines.
  const turns = source.turns.filter(({ level }) => level !== "metrics");
  const sessions = splitSessions(turns);
  const ratings = new Map(
    source.ratings.map((one) => [`${one.sessionId} ${one.turnId}`, one.rating]),
  );
  const gathered = createGatheredRows<MadeRow>(createLineOverlap(evaluationSets));
  const judge = createJudge(reviews);
  const voices = new Map<string, number>();
  // Held-out splits first: what is near one of their lines is then missing from training, not from them.
  for (const split of ["test", "validation", "train"] as const) {
    const made = sessions
      .filter((one) => one.split === split)
      .flatMap((session) => rowsOfSession(session, { ratings, judge, voices }));
    gathered.addSplit(split, made);
  }
  const rows = gathered.rows().map(({ row, turnPosition }) => ({ row, turnPosition }));
  const times = turns.map(({ at }) => at);
  const manifest: DatasetManifest = {
    version: versionOf(rows),
    name,
    madeAt: now,
    rows: rows.length,
    splits: countBy(rows, ({ row }) => row.split, { train: 0, validation: 0, test: 0 }),
    rules: countBy(rows, ({ row }) => row.rule, {}),
    rulesVersion: RULES_VERSION,
    redactionVersion: REDACTION_VERSION,
    turns: turns.length,
    sessions: sessions.length,
    people: new Set(turns.map(({ person }) => person)).size,
    from: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
    to: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
    leftOut: { ...gathered.leftOut(), ...judge.leftOut() },
    checkedAgainst: evaluationSets.map((set) => ({
      set: set.name,
      lines: set.lines.length,
      leftOut: gathered.inEvaluation.get(set.name) ?? 0,
    })),
    ...judge.told(),
    ...(unreadable.length === 0 ? {} : { unreadable: [...unreadable] }),
  };
  return { tenant, manifest, rows };
}

interface RowsDeps {
  ratings: ReadonlyMap<string, Rating["rating"]>;
  judge: ReturnType<typeof createJudge>;
  voices: Map<string, number>;
}

function rowsOfSession(session: Session, { ratings, judge, voices }: RowsDeps): MadeRow[] {
  const { turns } = session;
  const labels = labelSession(turns, (index) => {
    const turn = turns[index];
    return turn === undefined ? undefined : ratings.get(`${turn.sessionId} ${turn.turnId}`);
  });
  return labels.flatMap((label) => {
    const turn = turns[label.index];
    const judged = judge.of(label, turn);
    if (turn === undefined || judged === undefined) return [];
    const made = rowOf(session, { label: judged, turn, voices });
    return normalForm(made.row.line) === "" ? [] : [made];
  });
}

function rowOf(
  { id: session, split, turns }: Session,
  given: { label: Label; turn: StoredTurn; voices: Map<string, number> },
): MadeRow {
  const { label, turn, voices } = given;
  const { index, call, right, weight, rule } = label;
  const before = turns.slice(Math.max(0, index - HISTORY_LINES_MAX), index);
  const history = before.map(({ record }) => record.text);
  const line = turn.record.text;
  const earlier = before.map(({ record }) => record);
  // Of a call that was not made, what was said of another is no answer.
  const told = right && rule !== "fixed" ? { turn: turnOfRow(turn.record, earlier) } : {};
  return {
    row: { split, line, history, call, right, weight, rule, voice: voiceOf(turn, voices), ...told },
    turnPosition: turn.position,
    person: turn.person,
    session,
  };
}

/** Labels as reviews leave them, counted. */
function createJudge(reviews: readonly Review[]) {
  const known = new Map(reviews.map((review) => [labelId(review), review]));
  const counts = { accept: 0, fix: 0, reject: 0, skip: 0 };
  return {
    of(label: Label, turn: StoredTurn | undefined): Label | undefined {
      const { rule, call } = label;
      const turnPosition = turn?.position ?? -1;
      const review = known.get(labelId({ turnPosition, rule, callDigest: shortDigest(call) }));
      if (review !== undefined) counts[review.verdict] += 1;
      return applyReview(label, review);
    },
    leftOut: () => (known.size === 0 ? {} : { rejected: counts.reject }),
    told: () =>
      known.size === 0
        ? {}
        : { reviewed: { accepted: counts.accept, fixed: counts.fix }, noise: noiseOf(reviews) },
  };
}

/** People are numbered as they come: who it is stays with the turns. */
function voiceOf({ person }: StoredTurn, voices: Map<string, number>): number {
  const known = voices.get(person) ?? voices.size;
  voices.set(person, known);
  return known;
}

function versionOf(rows: NewDataset["rows"]): string {
  const hash = createHash("sha256");
  for (const { row } of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest("hex").slice(0, VERSION_CHARACTERS);
}

function countBy<Counts extends Record<string, number>>(
  rows: NewDataset["rows"],
  keyOf: (row: NewDataset["rows"][number]) => string,
  zero: Counts,
): Counts & Record<string, number> {
  const counts: Record<string, number> = { ...zero };
  for (const row of rows) counts[keyOf(row)] = (counts[keyOf(row)] ?? 0) + 1;
  return Object.assign(counts, { ...zero, ...counts });
}
