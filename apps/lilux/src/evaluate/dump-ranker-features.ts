import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { CALL_FEATURES, callFeatures, proposeCalls, sizeOf } from "@lilux/core/ranking";
import type { ContextCandidate } from "@lilux/protocol";
import type { LineRouter } from "@lilux/router";
import { chance } from "./chance.ts";
import type { Dataset, EvaluationLine } from "./dataset.ts";
import { createJudge, knowableLine } from "./match-call.ts";
import { rememberLines, simulateLessons } from "./simulate-lessons.ts";
import { foldOf, type PhrasingRegime } from "./simulate-phrasings.ts";

export interface DumpOptions {
  dataset: Dataset;
  router: LineRouter;
  /**
   * Every moment once more as if something had been learnt: with a router whose items have
   * phrasings, and lines that were sent before. By regime, one router per fold of the lines.
   */
  learnt?: Readonly<Record<LearntRegime, readonly LineRouter[]>> | undefined;
  /** JSONL is written here. */
  file: string;
  /** Beside each whole line, the same at this many places while it is typed. */
  prefixesPerLine: number;
  onProgress?: (done: number, all: number) => void;
}

export type LearntRegime = Exclude<PhrasingRegime, "none">;

/** Of the learnt moments: in how many all items have many phrasings, and in how many there are lessons. */
const FULL_SHARE = 0.5;
const LESSONS_SHARE = 0.6;
const WARM_ITEMS = 7;
/** One line in so many is dumped once more with a warm context. */
const WARM_EVERY = 3;
/** How often the warm candidates hold the item meant; the objective for sustained workflows. */
const WARM_HIT_RATE = 0.85;
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
      await write({ whole: line, text, by: router });
      if (options.learnt !== undefined) await write(learntMoment(line, text));
      if (chance(line.id, "warm") * WARM_EVERY < 1) {
        await write({ whole: line, text, by: router, warm: simulateWarm(line, router) });
      }
    }
    onProgress?.(at + 1, dataset.lines.length);
  }
  out.end();
  await once(out, "finish");
  return { rows };

  function learntMoment(whole: EvaluationLine, text: string): Moment {
    const isFull = chance(whole.id, "full") < FULL_SHARE;
    const by = options.learnt?.[isFull ? "full" : "mixed"][foldOf(whole)] ?? router;
    const hasLessons = chance(whole.id, "lessons") < LESSONS_SHARE;
    const moment = { whole, text, by, state: isFull ? "full" : "mixed" };
    if (!hasLessons) return moment;
    return { ...moment, lessonsNear: simulateLessons(whole, remembered) };
  }

  async function write({ whole, text, by, warm = [], state, lessonsNear }: Moment): Promise<void> {
    const line = knowableLine(whole, text);
    const history = line.history ?? unrelatedHistory(line, dataset.lines);
    const { evidence } = await by.route({ text, history, warm, lessonsNear });
    const proposals = proposeCalls(evidence);
    const features = callFeatures(proposals, evidence);
    const row = {
      lineId: line.id,
      prefixFraction: Math.round((text.length / whole.text.length) * 1_000) / 1_000,
      split: Math.floor(chance(line.id, "split") * CALIBRATION_EVERY) === 0 ? "calibration" : "fit",
      ...sizeOf(evidence),
      state: state ?? (warm.length === 0 ? "cold" : "warm"),
      candidates: proposals.map(({ call }, place) => ({
        features: Array.from(features[place] ?? [], (value) => Math.round(value * 1e5) / 1e5),
        correct: judge.isRanked(call, line),
      })),
      featureNames: CALL_FEATURES,
    };
    rows += 1;
    if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, "drain");
  }
}

/** One row: a line as far as it is typed, and what is known then. */
interface Moment {
  whole: EvaluationLine;
  text: string;
  by: LineRouter;
  warm?: readonly ContextCandidate[];
  state?: string;
  lessonsNear?: ReturnType<typeof simulateLessons>;
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

/** What a context warmer might have found: mostly the item meant, among others of the library. */
function simulateWarm(line: EvaluationLine, { library }: LineRouter): ContextCandidate[] {
  const { call } = line;
  const meant =
    call.name === null || call.name === "search"
      ? undefined
      : library.resolve(call.arguments.item_type, call.arguments.item_id);
  const keys = new Set<string>();
  if (meant !== undefined && chance(line.id, "hit") < WARM_HIT_RATE) keys.add(meant.key);
  const entries = [...library.entries()];
  for (let draw = 0; keys.size < WARM_ITEMS && draw < 4 * WARM_ITEMS; draw += 1) {
    const entry = entries[Math.floor(chance(line.id, `other${draw}`) * library.size)];
    if (entry !== undefined) keys.add(entry.key);
  }
  return [...keys].flatMap((key) => {
    const item = library.entry(key)?.item;
    if (item === undefined) return [];
    const { item_type, qualified_id: item_id, name, description } = item;
    return [{ item_type, item_id, name, description, score: 0.5 + chance(line.id, key) * 0.5 }];
  });
}
