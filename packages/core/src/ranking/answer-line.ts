import type { CallRanker } from "./call-ranker.ts";
import { fillCalls } from "./fill-calls.ts";
import type { LineEvidence } from "./line-evidence.ts";
import { type RankedCalls, rankCalls } from "./rank-calls.ts";

/**
 * The calls of a line as a person is shown them and as they run: ranked, then filled with the
 * values the line gives. Depends on its arguments alone.
 */
export function answerLine(line: LineEvidence, ranker: CallRanker): RankedCalls {
  return fillCalls(rankCalls(line, ranker), line);
}
