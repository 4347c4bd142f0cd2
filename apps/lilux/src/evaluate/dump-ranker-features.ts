import { once } from "node:events";
import { createWriteStream } from "node:fs";
import {
  CALL_FEATURES,
  callFeatures,
  proposeCalls,
  signatureOf,
  sizeOf,
} from "@lilux/core/ranking";
import type { ItemSummary } from "@lilux/protocol";
import type { LineRouter } from "@lilux/router";
import { chance } from "./chance.ts";
import type { Dataset, EvaluationLine } from "./dataset.ts";
import { createJudge, knowableLine } from "./match-call.ts";
import { type Led, rememberLines, simulateLessons } from "./simulate-lessons.ts";
import { foldOf, type PhrasingRegime } from "./simulate-phrasings.ts";
import { simulateTiny } from "./simulate-tiny.ts";

export interface DumpOptions {
  dataset: Dataset;
  router: LineRouter;
  /**
   * Every moment once more as if something had been learnt: lines that were sent before, and mostly
   * phrasings of the items. By regime, one router per fold of the lines.
   */
  learnt?: Readonly<Record<LearntRegime, readonly LineRouter[]>> | undefined;
  /** Makes a router over other items: for lines over libraries of a few. */
  routerOver?: ((items: readonly ItemSummary[]) => Promise<LineRouter>) | undefined;
  /** JSONL is written here. */
  file: string;
  /** Beside each whole line, the same at this many places while it is typed. */
  prefixesPerLine: number;
  onProgress?: (done: number, all: number) => void;
}

export type LearntRegime = Exclude<PhrasingRegime, "none">;

/** Of the learnt moments: in how many all items have many phrasings, and in how many none has any. */
const FULL_SHARE = 0.4;
const UNPHRASED_SHARE = 0.35;
/** In how many of those with phrasings there are lessons; there always are in the others. */
const LESSONS_SHARE = 0.6;
/** One line in so many is dumped once more over a library of a few items. */
const TINY_EVERY = 3;
/** Of each moment, so many of the likeliest candidates by the ranker in use are kept, beside those that decide it. */
const CANDIDATES_KEPT = 16;
const SPOKEN_FOR_KEPT = 4;
const CALIBRATION_EVERY = 5;
/** Of the lines that need no history, how many are the first of their session. */
const ALONE_SHARE = 0.3;

/**
 * Writes, for every line, the features of every proposed call and which of them
 * are right: `{lineId, split, prefixFraction, characters, words, state, candidates: [{features,
 * correct}], featureNames}`. `split` is by line, so that a line and its prefixes
 * stay together. Deterministic for one dataset and model.
 */
export async function dumpRankerFeatures(options: DumpOptions): Promise<{ rows: number }> {
  const { dataset, router, file, prefixesPerLine, onProgress } = options;
  const judge = createJudge(router.library, dataset);
  const out = createWriteStream(file);
  const remembered = options.learnt === undefined ? [] : await rememberLines(dataset.lines, router);
  let rows = 0;
  for (const [at, line] of dataset.lines.entries()) {
    const texts = [line.text, ...prefixesOf(line, prefixesPerLine)];
    for (const text of texts) {
      const led = await write({ whole: line, text, by: router });
      if (options.learnt !== undefined) await write(learntMoment(line, { text, led }));
    }
    await writeTiny(line);
    onProgress?.(at + 1, dataset.lines.length);
  }
  out.end();
  await once(out, "finish");
  return { rows };

  function learntMoment(whole: EvaluationLine, { text, led }: { text: string; led: Led }): Moment {
    const state = phrasedAs(whole);
    const by = state === "taught" ? router : (options.learnt?.[state][foldOf(whole)] ?? router);
    const hasLessons = state === "taught" || chance(whole.id, "lessons") < LESSONS_SHARE;
    const moment = { whole, text, by, state };
    if (!hasLessons) return moment;
    return { ...moment, lessonsNear: simulateLessons({ line: whole, text, led }, remembered) };
  }

  async function writeTiny(whole: EvaluationLine): Promise<void> {
    if (options.routerOver === undefined || chance(whole.id, "few") * TINY_EVERY >= 1) return;
    const tiny = simulateTiny(whole, dataset.items);
    if (tiny === undefined) return;
    const by = await options.routerOver(tiny.items);
    const ofTiny = createJudge(by.library, dataset);
    await write({ whole: tiny.line, text: whole.text, by, judge: ofTiny, state: "tiny" });
  }

  async function write(moment: Moment): Promise<Led> {
    const { whole, text, by, state = "cold", lessonsNear, judge: judgedBy = judge } = moment;
    const line = knowableLine(whole, text);
    const history = line.history ?? unrelatedHistory(line, dataset.lines);
    const { evidence } = await by.route({ text, history, lessonsNear });
    const proposals = proposeCalls(evidence);
    const features = callFeatures(proposals, evidence);
    const correct = proposals.map(({ call }) => judgedBy.isRanked(call, line));
    const { submitted } = by.ranker.probabilities(features, sizeOf(evidence));
    const kept = decisive(features, { correct, likelihoods: submitted });
    const row = {
      lineId: line.id,
      prefixFraction: Math.round((text.length / whole.text.length) * 1_000) / 1_000,
      split: Math.floor(chance(line.id, "split") * CALIBRATION_EVERY) === 0 ? "calibration" : "fit",
      ...sizeOf(evidence),
      state,
      candidates: kept.map((place) => ({
        features: Array.from(features[place] ?? [], (value) => Math.round(value * 1e4) / 1e4),
        correct: correct[place] === true,
      })),
      featureNames: CALL_FEATURES,
    };
    rows += 1;
    if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, "drain");
    const leader = placeOfLargest(submitted);
    const proposal = proposals[leader];
    return {
      signature: proposal === undefined ? undefined : signatureOf(proposal),
      isRight: correct[leader] === true,
    };
  }
}

/** Which phrasings a line's items have in the moment with what was learnt; "taught": none, but lessons. */
function phrasedAs({ id }: EvaluationLine): LearntRegime | "taught" {
  const drawn = chance(id, "full");
  if (drawn < FULL_SHARE) return "full";
  return drawn < FULL_SHARE + UNPHRASED_SHARE ? "taught" : "mixed";
}

function placeOfLargest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/** One row: a line as far as it is typed, and what is known then. */
interface Moment {
  whole: EvaluationLine;
  text: string;
  by: LineRouter;
  state?: string;
  lessonsNear?: ReturnType<typeof simulateLessons>;
  judge?: ReturnType<typeof createJudge>;
}

const PLACES = {
  none: CALL_FEATURES.indexOf("is_none"),
  spokenFor: (["phrase_three", "late", "lesson_same", "lesson_wrong"] as const).map((name) =>
    CALL_FEATURES.indexOf(name),
  ),
};

/** The places of the candidates that decide a moment; the rest is far behind, and many. */
function decisive(
  rows: readonly Float64Array[],
  { correct, likelihoods }: { correct: readonly boolean[]; likelihoods: readonly number[] },
): number[] {
  const best = (value: (place: number) => number, count: number): number[] =>
    [...rows.keys()]
      .filter((place) => value(place) > 0)
      .sort((a, b) => value(b) - value(a))
      .slice(0, count);
  const kept = new Set(best((place) => likelihoods[place] ?? 0, CANDIDATES_KEPT));
  for (const [place, row] of rows.entries()) {
    if (correct[place] === true || row[PLACES.none] === 1) kept.add(place);
  }
  for (const feature of PLACES.spokenFor) {
    for (const place of best((at) => rows[at]?.[feature] ?? 0, SPOKEN_FOR_KEPT)) kept.add(place);
  }
  return [...kept].sort((a, b) => a - b);
}

/** Where the line stops short: spread over its length, the same at every run. */
function prefixesOf({ id, text }: EvaluationLine, count: number): string[] {
  const prefixes = new Set<string>();
  for (let part = 0; part < count; part += 1) {
    const share = (part + chance(id, `prefix${part}`)) / count;
    const characters = Math.max(1, Math.floor(share * text.length));
    if (characters < text.length) prefixes.add(text.slice(0, characters));
  }
  return [...prefixes];
}

/**
 * In a session there nearly always is a line before. Were it given only to lines
 * that point back at it, the ranker would learn to expect that of every line.
 */
function unrelatedHistory(
  { id }: EvaluationLine,
  lines: readonly EvaluationLine[],
): readonly string[] | undefined {
  if (chance(id, "history") < ALONE_SHARE) return undefined;
  const other = lines[Math.floor(chance(id, "before") * lines.length)];
  return other === undefined || other.id === id ? undefined : [other.text];
}
