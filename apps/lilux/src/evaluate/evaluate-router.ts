import { cpus } from "node:os";
import { isWholeCall } from "@lilux/core/parameters";
import { leaderName, type RankedCalls } from "@lilux/core/ranking";
import { confidenceOnEnter } from "@lilux/core/turns";
import type { Call } from "@lilux/protocol";
import type { LineRouter, RouterModel } from "@lilux/router";
import {
  auroc,
  type CalibrationFigures,
  calibrationFigures,
  type Outcome,
  quantile,
  type RiskPoint,
  riskCoverage,
  type ThresholdFigures,
  thresholdFigures,
} from "./calibration-figures.ts";
import {
  type CallFigures,
  callFigures,
  isAllSaid,
  isValued,
  type JudgedLine,
} from "./call-figures.ts";
import type { Dataset, EvaluationLine } from "./dataset.ts";
import { createJudge, type Judge, knowableLine } from "./match-call.ts";
import { type Confusion, confusionsOf, type Mistake, mistakesOf } from "./mistakes.ts";
import { type InputsOf, type ParameterFigures, parameterFigures } from "./parameter-figures.ts";
import { rankItems } from "./rank-items.ts";
import type { TypedLine } from "./typed-line.ts";
import { type TypingFigures, typingFigures } from "./typing-figures.ts";

export interface EvaluateOptions {
  dataset: Dataset;
  model: RouterModel;
  router: LineRouter;
  /** Also every line while it is typed, character by character. */
  prefixes: boolean;
  onProgress?: (done: number, all: number) => void;
}

export interface EvaluationReport {
  model: { name: string; version: string; ranker: "fitted" | "prior" };
  machine: string;
  items: number;
  thresholds: { show: number; act: number };
  overall: CallFigures;
  byStratum: Record<string, CallFigures>;
  calibration: CalibrationFigures;
  atThresholds: ThresholdFigures[];
  /** Of calls that would run at once: "no call" runs nothing, and a call that lacks a value is not whole. */
  callsAboveAct: ThresholdFigures;
  /** The same confidences of runs with judged values whose item and action are right: is every value, and nothing left out? */
  valuesCalibration: CalibrationFigures;
  /** Of the values meant, by what kind of input takes them. */
  parameters: ParameterFigures[];
  riskCoverage: RiskPoint[];
  /** How well confidence in a call tells lines that mean one from lines that mean none. */
  noCallAuroc: number | null;
  /** Of the lines that mean an item: how often the likeliest item is that one, "no call" left aside. */
  itemOfLinesThatMeanOne: number | null;
  /** The same against requests for things no item does. */
  outOfLibraryAuroc: number | null;
  /** Milliseconds from text to ranked calls, one line at a time. */
  latencyMs: { p50: number | null; p95: number | null; p99: number | null };
  /** The most frequent mistakes: what was meant, what led. */
  confusions: Confusion[];
  mistakes: Mistake[];
  typing: TypingFigures | null;
}

const THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95];

/** Runs lines with known answers through the product's own runtime. */
export async function evaluateRouter(options: EvaluateOptions): Promise<EvaluationReport> {
  const { dataset, model, router, onProgress } = options;
  const judge = createJudge(router.library, dataset);
  const { thresholds } = model.manifest;
  const judged: JudgedLine[] = [];
  const typed: TypedLine[] = [];
  const answersOf = dataset.itemsOnly ? rankItems : (ranked: RankedCalls) => ranked;
  for (const [at, line] of dataset.lines.entries()) {
    judged.push(await judgedLine(line, { router, answersOf, act: thresholds.act }));
    if (options.prefixes) typed.push(await typeLine(line, { router, judge, answersOf }));
    onProgress?.(at + 1, dataset.lines.length);
  }
  return {
    model: {
      name: model.manifest.name,
      version: model.manifest.version,
      ranker: model.manifest.ranker === null ? "prior" : "fitted",
    },
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
    items: dataset.items.length,
    thresholds: { show: thresholds.show, act: thresholds.act },
    ...figuresOf(judged, { judge, act: thresholds.act, inputsOf: inputsIn(router) }),
    typing: options.prefixes ? typingFigures(typed, thresholds.show) : null,
  };
}

/** One whole line, answered and judged as it would be at Enter. */
export async function judgedLine(
  line: EvaluationLine,
  {
    router,
    answersOf,
    act,
  }: { router: LineRouter; answersOf(ranked: RankedCalls): RankedCalls; act: number },
): Promise<JudgedLine> {
  const { history, today, text } = line;
  const { ranked, ms } = await router.route({ text, history, today });
  return judgeLine(line, { ranked: answersOf(ranked), ms, act });
}

function inputsIn({ library }: LineRouter): InputsOf {
  return (call) => {
    const found = library.resolve(call.arguments.item_type, call.arguments.item_id);
    return (found === undefined ? undefined : library.entry(found.key)?.item.inputs) ?? [];
  };
}

type JudgedFigures = Omit<
  EvaluationReport,
  "model" | "machine" | "items" | "thresholds" | "typing"
>;

function figuresOf(
  judged: readonly JudgedLine[],
  { judge, act, inputsOf }: { judge: Judge; act: number; inputsOf: InputsOf },
): JudgedFigures {
  const outcomes = judged.map(
    (entry): Outcome => ({
      confidence: entry.confidence,
      isRight: judge.isAcceptable(entry.leader, entry.line),
    }),
  );
  const aboveAct = judged.filter(({ runsAtOnce }) => runsAtOnce);
  const rightAbove = aboveAct.filter((entry) => isAllSaid(entry, judge)).length;
  const valued = judged.filter((entry) => isValued(entry, judge));
  const meaning = judged.filter(({ line }) => line.call.name !== null).map(callConfidence);
  const silent = judged.filter(({ line }) => line.call.name === null);
  const strangers = silent.filter(({ line }) => /out.of/.test(line.stratum ?? ""));
  const times = judged.map(({ ms }) => ms);
  return {
    overall: callFigures(judged, judge),
    byStratum: byStratum(judged, judge),
    calibration: calibrationFigures(outcomes),
    atThresholds: thresholdFigures(outcomes, THRESHOLDS),
    callsAboveAct: {
      threshold: act,
      coverage: aboveAct.length / Math.max(1, meaning.length),
      precision: aboveAct.length === 0 ? null : rightAbove / aboveAct.length,
    },
    valuesCalibration: calibrationFigures(
      valued.map((entry) => ({
        confidence: entry.confidence,
        isRight: isAllSaid(entry, judge),
      })),
    ),
    parameters: parameterFigures(valued, inputsOf),
    riskCoverage: riskCoverage(outcomes),
    itemOfLinesThatMeanOne: itemAccuracy(judged, judge),
    noCallAuroc: auroc(meaning, silent.map(callConfidence)),
    outOfLibraryAuroc: auroc(meaning, strangers.map(callConfidence)),
    latencyMs: {
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      p99: quantile(times, 0.99),
    },
    confusions: confusionsOf(judged, judge),
    mistakes: mistakesOf(judged, judge),
  };
}

/** As intent classifiers are compared: every line means one of the items. */
function itemAccuracy(judged: readonly JudgedLine[], judge: Judge): number | null {
  const meaning = judged.filter(
    ({ line: { call } }) =>
      call.name === "load" || (call.name === "execute" && call.arguments.action !== "create"),
  );
  if (meaning.length === 0) return null;
  const right = meaning.filter(({ line, likeliestItem }) => judge.isItem(likeliestItem, line));
  return right.length / meaning.length;
}

/** What Enter would say of an answer. Which one leads is the ranking's: a value in doubt moves no call up. */
function onEnter(ranked: RankedCalls, leader: Call | null): number {
  const found = ranked.candidates.find(({ call }) => call === leader);
  return found === undefined ? ranked.noCallConfidenceOnEnter : confidenceOnEnter(found);
}

const callConfidence = ({ noCallConfidence }: JudgedLine): number => 1 - noCallConfidence;

function judgeLine(
  line: EvaluationLine,
  { ranked, ms, act }: { ranked: RankedCalls; ms: number; act: number },
): JudgedLine {
  const { candidates, noCallConfidenceOnEnter: noCallConfidence } = ranked;
  const { leader, topThree } = leaderOf(ranked);
  const confidence = onEnter(ranked, leader);
  const likeliestItem = rankItems(ranked).candidates[0]?.call ?? null;
  const first = candidates.find(({ call }) => call === leader);
  const runsAtOnce = first !== undefined && confidence > act && isWholeCall(first);
  const isSure = leader !== null && confidence > act;
  return {
    line,
    leader,
    topThree,
    likeliestItem,
    confidence,
    noCallConfidence,
    runsAtOnce,
    isSure,
    ms,
  };
}

/** "No call" has its place among the calls. */
function leaderOf({ candidates, noCallConfidence }: RankedCalls): {
  leader: Call | null;
  confidence: number;
  topThree: (Call | null)[];
} {
  const answers: { call: Call | null; confidence: number }[] = [...candidates];
  answers.push({ call: null, confidence: noCallConfidence });
  answers.sort((a, b) => b.confidence - a.confidence);
  return {
    leader: answers[0]?.call ?? null,
    confidence: answers[0]?.confidence ?? 1,
    topThree: answers.slice(0, 3).map(({ call }) => call),
  };
}

async function typeLine(
  line: EvaluationLine,
  {
    router,
    judge,
    answersOf,
  }: { router: LineRouter; judge: Judge; answersOf(ranked: RankedCalls): RankedCalls },
): Promise<TypedLine> {
  const steps: TypedLine["steps"][number][] = [];
  for (let characters = 1; characters <= line.text.length; characters += 1) {
    const text = line.text.slice(0, characters);
    const { ranked } = await router.route({ text, history: line.history, today: line.today });
    const answers = answersOf(ranked);
    const { leader, confidence } = leaderOf(answers);
    const call = answers.candidates[0]?.call;
    steps.push({
      fraction: characters / line.text.length,
      leader: leader === null ? null : leaderName(leader),
      call: call === undefined ? null : leaderName(call),
      confidence,
      isRight: judge.isAcceptable(leader, knowableLine(line, text)),
    });
  }
  return { characters: line.text.length, steps };
}

function byStratum(judged: readonly JudgedLine[], judge: Judge): Record<string, CallFigures> {
  const groups = Map.groupBy(judged, ({ line }) => line.stratum ?? "all");
  const names = [...groups.keys()].sort();
  return Object.fromEntries(
    names.map((name) => [name, callFigures(groups.get(name) ?? [], judge)]),
  );
}
