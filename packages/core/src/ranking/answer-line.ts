import type { CallRanker } from "./call-ranker.ts";
import { fillCalls } from "./fill-calls.ts";
import { holdTakenBack } from "./hold-taken-back.ts";
import { leadWithNamed } from "./lead-with-named.ts";
import type { LineEvidence } from "./line-evidence.ts";
import { keepWhole } from "./part-of-item.ts";
import { rankCalls } from "./rank-calls.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { keepVerbOfName } from "./verb-of-name.ts";
import { weighPhrasings } from "./weigh-phrasings.ts";
import { weighWarm } from "./weigh-warm.ts";

/**
 * The calls of a line as a person is shown them and as they run: chosen, then filled with the
 * values it gives. Depends on its arguments alone.
 */
export function answerLine(line: LineEvidence, ranker: CallRanker): RankedCalls {
  return fillCalls(chooseCalls(line, ranker), line);
}

/** The same without values: ranked by the model, corrected where the line leaves no doubt. */
export function chooseCalls(line: LineEvidence, ranker: CallRanker): RankedCalls {
  const phrased = weighPhrasings(rankCalls(line, ranker), line);
  const ranked = keepVerbOfName(keepWhole(phrased, line), line);
  return weighWarm(leadWithNamed(holdTakenBack(ranked, line), line), line);
}
