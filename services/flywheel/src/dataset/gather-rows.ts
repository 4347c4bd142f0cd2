import { createNearLines, type LineOverlap, type NearLines, normalForm } from "@lilux/core/text";
import type { DatasetRow, DatasetSplit } from "@lilux/protocol";
import { capRows, type RowOfSomebody } from "./cap-rows.ts";

interface Gatherable extends RowOfSomebody {
  row: DatasetRow;
}

/** Rows without repeats, without what is nearly in another split, and no more of anybody's than may be. */
export interface GatheredRows<Row extends Gatherable> {
  /** The rows of one split, in the order in which they came. Held-out splits are to come first. */
  addSplit(split: DatasetSplit, rows: readonly Row[]): void;
  rows(): Row[];
  leftOut(): LeftOut;
  /** Rows that were left out, by the evaluation set that has their line. */
  inEvaluation: ReadonlyMap<string, number>;
}

interface LeftOut {
  repeated: number;
  nearAnotherSplit: number;
  overSession?: number;
  overPerson?: number;
}

const SPLITS = ["train", "validation", "test"] as const;

export function createGatheredRows<Row extends Gatherable>(
  evaluation: LineOverlap,
): GatheredRows<Row> {
  const gathered: Row[] = [];
  const lines: Record<DatasetSplit, NearLines> = {
    train: createNearLines(),
    validation: createNearLines(),
    test: createNearLines(),
  };
  const counts = { repeated: 0, nearAnotherSplit: 0, overSession: 0, overPerson: 0 };
  const inEvaluation = new Map<string, number>();

  function isJudgedBy({ row }: Row): boolean {
    const set = evaluation.setOf(row.line);
    if (set !== undefined) inEvaluation.set(set, (inEvaluation.get(set) ?? 0) + 1);
    return set !== undefined;
  }

  function cap(rows: readonly Row[], split: DatasetSplit): Row[] {
    const { kept, overSession, overPerson } = capRows(rows, { isJudge: split !== "train" });
    counts.overSession += overSession;
    counts.overPerson += overPerson;
    return kept;
  }

  function unrepeated(rows: readonly Row[]): Row[] {
    const known = new Set<string>();
    return rows.filter((row) => {
      const key = saidBy(row);
      const isKnown = known.has(key);
      if (isKnown) counts.repeated += 1;
      else known.add(key);
      return !isKnown;
    });
  }

  return {
    addSplit(split, rows) {
      const others = SPLITS.filter((one) => one !== split);
      const apart = rows.filter((row) => {
        if (isJudgedBy(row)) return false;
        const isNear = others.some((other) => lines[other].hasNear(row.row.line));
        if (isNear) counts.nearAnotherSplit += 1;
        return !isNear;
      });
      const kept = cap(inOrderOf(apart, unrepeated(fewestFirst(apart))), split);
      // Those that stay alone: a flood crowds no line out of another split.
      for (const { row } of kept) lines[split].add(row.line);
      gathered.push(...kept);
    },
    rows: () => gathered,
    leftOut() {
      const { overSession, overPerson, ...always } = counts;
      return {
        ...always,
        ...(overSession === 0 ? {} : { overSession }),
        ...(overPerson === 0 ? {} : { overPerson }),
      };
    },
    inEvaluation,
  };
}

/** What makes a row the same as another. */
function saidBy({ row: { line, history, call, right } }: Gatherable): string {
  return JSON.stringify([normalForm(line), history.at(-1) ?? "", call, right]);
}

/** What several said counts as the one's who says least: whoever says everything takes nothing from others. */
function fewestFirst<Row extends Gatherable>(rows: readonly Row[]): Row[] {
  const counts = new Map<string, number>();
  for (const { person } of rows) counts.set(person, (counts.get(person) ?? 0) + 1);
  return rows.toSorted((a, b) => (counts.get(a.person) ?? 0) - (counts.get(b.person) ?? 0));
}

function inOrderOf<Row>(rows: readonly Row[], some: readonly Row[]): Row[] {
  const wanted = new Set(some);
  return rows.filter((row) => wanted.has(row));
}
