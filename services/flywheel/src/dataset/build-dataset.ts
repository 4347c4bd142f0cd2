import { createHash } from "node:crypto";
import {
  createLineOverlap,
  createNearLines,
  type LineOverlap,
  type LineSet,
  type NearLines,
  normalForm,
} from "@lilux/core/text";
import type { NewDataset, Rating, Review, StoredTurn } from "@lilux/database";
import type { DatasetManifest, DatasetSplit } from "@lilux/protocol";
import { labelId, shortDigest } from "../label/label-id.ts";
import { type Label, labelSession, RULES_VERSION } from "../label/label-session.ts";
import { REDACTION_VERSION } from "../redact/private-patterns.ts";
import { applyReview } from "../review/apply-review.ts";
import { noiseOf } from "../review/noise-of.ts";
import { turnOfRow } from "./turn-of-row.ts";

/** Of the sessions, by their last turn: the newest are held out, as what is to come is newer still. */
const TEST_SHARE = 0.15;
const VALIDATION_SHARE = 0.15;
const HISTORY_LINES_MAX = 10;
const VERSION_CHARACTERS = 16;

export interface DatasetSource {
  tenant: string;
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

type MadeRow = NewDataset["rows"][number];

/**
 * A dataset of what a tenant's turns say: labelled by rule, split by session and time, with no line
 * of one split said again, or nearly so, in another. The same turns make the same rows.
 */
export function buildDataset(source: DatasetSource): NewDataset {
  const { tenant, name, now, reviews = [], evaluationSets = [], unreadable = [] } = source;
  // Of a turn without its text nothing can be learnt about lines.
  const turns = source.turns.filter(({ level }) => level !== "metrics");
  const sessions = sessionsOf(turns);
  const ratings = new Map(
    source.ratings.map((one) => [`${one.sessionId} ${one.turnId}`, one.rating]),
  );
  const gathered = createGathered(createLineOverlap(evaluationSets));
  const judge = createJudge(reviews);
  const voices = new Map<string, number>();
  // Held-out splits first: what is near one of their lines is then missing from training, not from them.
  for (const split of ["test", "validation", "train"] as const) {
    for (const session of sessions.filter((one) => one.split === split)) {
      const labels = labelSession(session.turns, (index) => {
        const turn = session.turns[index];
        return turn === undefined ? undefined : ratings.get(`${turn.sessionId} ${turn.turnId}`);
      });
      for (const label of labels) {
        const judged = judge.of(label, session.turns[label.index]);
        if (judged !== undefined) gathered.add(rowOf(session, judged, voices));
      }
    }
  }
  const rows = gathered.rows();
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
    leftOut: { ...gathered.leftOut, ...judge.leftOut() },
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

interface Session {
  split: DatasetSplit;
  turns: readonly StoredTurn[];
}

function sessionsOf(turns: readonly StoredTurn[]): Session[] {
  const groups = Map.groupBy(turns, ({ sessionId }) => sessionId);
  const inOrder = [...groups.values()]
    .map((group) => group.toSorted((a, b) => a.at - b.at || a.position - b.position))
    .toSorted((a, b) => lastOf(a).at - lastOf(b).at || lastOf(a).position - lastOf(b).position);
  const tests = Math.floor(TEST_SHARE * inOrder.length);
  const validations = Math.floor(VALIDATION_SHARE * inOrder.length);
  return inOrder.map((group, index) => {
    const fromEnd = inOrder.length - 1 - index;
    const isHeldOut = fromEnd < tests + validations;
    return { split: fromEnd < tests ? "test" : isHeldOut ? "validation" : "train", turns: group };
  });
}

function lastOf(group: readonly StoredTurn[]): { at: number; position: number } {
  return group.at(-1) ?? { at: 0, position: 0 };
}

function rowOf(
  { split, turns }: Session,
  label: Label,
  voices: Map<string, number>,
): MadeRow | undefined {
  const { index, call, right, weight, rule } = label;
  const turn = turns[index];
  if (turn === undefined) return undefined;
  const before = turns.slice(Math.max(0, index - HISTORY_LINES_MAX), index);
  const history = before.map(({ record }) => record.text);
  const line = turn.record.text;
  const earlier = before.map(({ record }) => record);
  // Of a call that was not made, what was said of another is no answer.
  const told = right && rule !== "fixed" ? { turn: turnOfRow(turn.record, earlier) } : {};
  return {
    row: { split, line, history, call, right, weight, rule, voice: voiceOf(turn, voices), ...told },
    turnPosition: turn.position,
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

/** Rows without repeats, and without what is nearly in another split. */
function createGathered(evaluation: LineOverlap) {
  const rows: MadeRow[] = [];
  const known = new Set<string>();
  const lines: Record<DatasetSplit, NearLines> = {
    train: createNearLines(),
    validation: createNearLines(),
    test: createNearLines(),
  };
  const leftOut = { repeated: 0, nearAnotherSplit: 0 };
  const inEvaluation = new Map<string, number>();
  return {
    leftOut,
    /** Rows that were left out, by the evaluation set that has their line. */
    inEvaluation,
    rows: () => rows,
    add(made: MadeRow | undefined): void {
      if (made === undefined || normalForm(made.row.line) === "") return;
      const { line, split, call, right, history } = made.row;
      const set = evaluation.setOf(line);
      if (set !== undefined) {
        inEvaluation.set(set, (inEvaluation.get(set) ?? 0) + 1);
        return;
      }
      const others = (["train", "validation", "test"] as const).filter((one) => one !== split);
      if (others.some((other) => lines[other].hasNear(line))) {
        leftOut.nearAnotherSplit += 1;
        return;
      }
      const key = JSON.stringify([normalForm(line), history.at(-1) ?? "", call, right]);
      if (known.has(key)) {
        leftOut.repeated += 1;
        return;
      }
      known.add(key);
      lines[split].add(line);
      rows.push(made);
    },
  };
}

function versionOf(rows: readonly MadeRow[]): string {
  const hash = createHash("sha256");
  for (const { row } of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest("hex").slice(0, VERSION_CHARACTERS);
}

function countBy<Counts extends Record<string, number>>(
  rows: readonly MadeRow[],
  keyOf: (row: MadeRow) => string,
  zero: Counts,
): Counts & Record<string, number> {
  const counts: Record<string, number> = { ...zero };
  for (const row of rows) counts[keyOf(row)] = (counts[keyOf(row)] ?? 0) + 1;
  return Object.assign(counts, { ...zero, ...counts });
}
