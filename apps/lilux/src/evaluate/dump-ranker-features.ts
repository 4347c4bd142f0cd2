import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { CALL_FEATURES, callFeatures, proposeCalls, sizeOf } from "@lilux/core/ranking";
import type { ContextCandidate } from "@lilux/protocol";
import type { LineRouter } from "@lilux/router";
import type { Dataset, EvaluationLine } from "./dataset.ts";
import { createJudge, knowableLine } from "./match-call.ts";

export interface DumpOptions {
  dataset: Dataset;
  router: LineRouter;
  /** JSONL is written here. */
  file: string;
  /** Beside each whole line, the same at this many places while it is typed. */
  prefixesPerLine: number;
  onProgress?: (done: number, all: number) => void;
}

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
  let rows = 0;
  for (const [at, line] of dataset.lines.entries()) {
    const texts = [line.text, ...prefixesOf(line, prefixesPerLine)];
    for (const text of texts) {
      await write(line, text, []);
      if (chance(line.id, "warm") * WARM_EVERY < 1) {
        await write(line, text, simulateWarm(line, router));
      }
    }
    onProgress?.(at + 1, dataset.lines.length);
  }
  out.end();
  await once(out, "finish");
  return { rows };

  async function write(
    whole: EvaluationLine,
    text: string,
    warm: readonly ContextCandidate[],
  ): Promise<void> {
    const line = knowableLine(whole, text);
    const history = line.history ?? unrelatedHistory(line, dataset.lines);
    const { evidence } = await router.route({ text, history, warm });
    const proposals = proposeCalls(evidence);
    const features = callFeatures(proposals, evidence);
    const row = {
      lineId: line.id,
      prefixFraction: Math.round((text.length / whole.text.length) * 1_000) / 1_000,
      split: Math.floor(chance(line.id, "split") * CALIBRATION_EVERY) === 0 ? "calibration" : "fit",
      ...sizeOf(evidence),
      state: warm.length === 0 ? "cold" : "warm",
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

/** A number from 0 up to 1 that depends on nothing but its arguments. */
function chance(id: string, purpose: string): number {
  return createHash("sha256").update(`${purpose}\n${id}`).digest().readUInt32BE(0) / 2 ** 32;
}
