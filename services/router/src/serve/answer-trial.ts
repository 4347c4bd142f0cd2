import type { Clock } from "@lilux/core/async";
import type { CallRanker, LineEvidence } from "@lilux/core/ranking";
import {
  createParser,
  type Tenant,
  type TrialAnswer,
  type TrialLeader,
  TrialRequest,
} from "@lilux/protocol";
import { leaderFor } from "../deploy/leader-for.ts";
import { rankerOf } from "../deploy/ranker-of.ts";
import type { Engine } from "../predict/engine.ts";
import {
  evidenceWithoutLessons,
  LINES_WITHIN_MS,
  untilLibraryIsRead,
} from "./evidence-without-lessons.ts";

const parser = createParser(TrialRequest, "a trial");

/**
 * How a candidate and the tenant's live model lead on finished lines, from the same evidence: the
 * library as it is now, without what was learnt from these very lines and without a warm context.
 * Rejects with `model_invalid` where the candidate cannot be used here, and with `router_unavailable`
 * while the tenant's library is not there in full.
 */
export async function answerTrial(
  tenant: Tenant,
  body: unknown,
  { engine, clock }: { engine: Engine; clock: Clock },
): Promise<TrialAnswer> {
  const { artefact, live, lines } = parser.parse(body);
  const candidate = rankerOf(artefact, engine.model);
  const current = live === undefined ? engine.ranker : rankerOf(live, engine.model);
  const signal = AbortSignal.timeout(LINES_WITHIN_MS);
  await untilLibraryIsRead(tenant, engine);
  const answered: TrialAnswer["lines"] = [];
  for (const { line, history } of lines) {
    const asked = { tenant, line, history };
    const evidence = await evidenceWithoutLessons(asked, { engine, clock, signal });
    answered.push({ candidate: leaderOf(evidence, candidate), live: leaderOf(evidence, current) });
  }
  return { lines: answered };
}

function leaderOf(evidence: LineEvidence, ranker: CallRanker): TrialLeader {
  const leader = leaderFor(evidence, ranker);
  return leader ?? { call: null, confidence: 0 };
}
