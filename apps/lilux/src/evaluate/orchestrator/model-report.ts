import { ExampleCategory } from "@lilux/protocol";
import type { Action } from "../../examples/score-checks.ts";
import type { JudgeReport } from "./ask-judge.ts";
import { type Share, shareOf } from "./intervals.ts";
import type { Band, CaseResult } from "./judge-case.ts";

export interface ModelReport {
  name: string;
  /** Cases of which every check holds, by part. */
  parts: Record<string, Share | undefined>;
  deference: DeferenceReport;
  /** Turns in which nothing was said that nothing shows. */
  grounded: Share | undefined;
  /** Interrupted messages that went on without a repeat or a break. */
  seams: Share | undefined;
  tone: Share | undefined;
  /** Only of models that a server runs: of others times say nothing. */
  cost: CostReport | undefined;
  /** Where a model was asked to judge. */
  judge?: JudgeReport;
  cases: CaseReport[];
}

export interface DeferenceReport {
  /** By band and by whether the router was right: how often each action was taken. */
  confusion: { band: Band; leaderIsRight: boolean; actions: Record<Action, number> }[];
  /** Mean over right and wrong suggestions of how often the right thing was done. */
  balanced: number | undefined;
  /** Wrong calls that the router was sure of or believed in, and that were made. */
  overTrust: Share | undefined;
  /** Right calls that it was sure of or believed in, and that were not made. */
  underTrust: Share | undefined;
}

export interface CostReport {
  firstTextMs: { p50: number; p95: number };
  turnMs: { p50: number; p95: number };
  promptTokens: number;
  completionTokens: number;
}

export interface CaseReport {
  id: string;
  category: string;
  action: Action;
  faults: string[];
}

const ACTIONS: readonly Action[] = ["leader", "other", "none", "asks"];
const BANDS: readonly Band[] = ["act", "verify", "slow", "none"];

export function modelReport(
  name: string,
  results: readonly CaseResult[],
  { isServed }: { isServed: boolean },
): ModelReport {
  const share = (of: readonly CaseResult[], passes: (result: CaseResult) => boolean) =>
    shareOf(of.map((each) => ({ cluster: each.splitKey, passed: passes(each) })));
  const categories = ExampleCategory.enum.map((category) => {
    const those = results.filter((result) => result.category === category);
    return [category, share(those, passes)] as const;
  });
  const interrupted = results.filter(({ category }) => category === "hand-off");
  return {
    name,
    parts: Object.fromEntries(categories),
    deference: deferenceReport(results, share),
    grounded: share(results, ({ invented }) => invented.length === 0),
    seams: share(interrupted, ({ seam }) => seam === undefined),
    tone: share(results, ({ tone }) => tone.length === 0),
    cost: isServed ? costOf(results) : undefined,
    cases: results.map(caseReport),
  };
}

/** Checks hold, and nothing is invented or said twice. */
function passes({ failures, invented, seam }: CaseResult): boolean {
  return failures.length === 0 && invented.length === 0 && seam === undefined;
}

function caseReport(result: CaseResult): CaseReport {
  const { id, category, action, failures, invented, seam, tone } = result;
  const faults = [
    ...failures,
    ...invented.map((name) => `it says ${name}, which nothing shows`),
    ...(seam === undefined ? [] : [seam]),
    ...tone,
  ];
  return { id, category, action, faults };
}

type ShareOf = (
  of: readonly CaseResult[],
  passes: (result: CaseResult) => boolean,
) => Share | undefined;

function deferenceReport(all: readonly CaseResult[], share: ShareOf): DeferenceReport {
  const told = all.filter((result) => result.leaderIsRight !== undefined && result.band !== "none");
  const right = told.filter(({ leaderIsRight }) => leaderIsRight === true);
  const wrong = told.filter(({ leaderIsRight }) => leaderIsRight === false);
  const isBelieved = ({ band }: CaseResult): boolean => band === "act" || band === "verify";
  const took = ({ action }: CaseResult): boolean => action === "leader";
  const followed = share(right, took)?.share;
  const left = share(wrong, (result) => !took(result))?.share;
  return {
    confusion: BANDS.flatMap((band) =>
      [true, false].map((leaderIsRight) => {
        const those = told.filter(
          (each) => each.band === band && each.leaderIsRight === leaderIsRight,
        );
        const counts = ACTIONS.map((action) => {
          return [action, those.filter((each) => each.action === action).length] as const;
        });
        return {
          band,
          leaderIsRight,
          actions: Object.fromEntries(counts) as Record<Action, number>,
        };
      }),
    ).filter(({ actions }) => ACTIONS.some((action) => actions[action] > 0)),
    balanced: followed === undefined || left === undefined ? undefined : (followed + left) / 2,
    overTrust: share(wrong.filter(isBelieved), took),
    underTrust: share(right.filter(isBelieved), (result) => !took(result)),
  };
}

function costOf(results: readonly CaseResult[]): CostReport {
  const first = results.flatMap(({ firstTextMs }) => firstTextMs ?? []);
  const mean = (numbers: readonly number[]): number =>
    Math.round(numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length));
  return {
    firstTextMs: quantiles(first),
    turnMs: quantiles(results.map(({ durationMs }) => durationMs)),
    promptTokens: mean(results.map(({ promptTokens }) => promptTokens)),
    completionTokens: mean(results.map(({ completionTokens }) => completionTokens)),
  };
}

function quantiles(times: readonly number[]): { p50: number; p95: number } {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return { p50: at(0.5), p95: at(0.95) };
}
