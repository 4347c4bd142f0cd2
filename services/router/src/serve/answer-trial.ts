import { type Clock, untilAborted } from "@lilux/core/async";
import type { CallRanker, LineEvidence } from "@lilux/core/ranking";
import {
  createParser,
  LiluxError,
  type TrialAnswer,
  type TrialLeader,
  TrialRequest,
} from "@lilux/protocol";
import { leaderFor } from "../deploy/leader-for.ts";
import { rankerOf } from "../deploy/ranker-of.ts";
import { boundLine } from "../predict/bound-line.ts";
import type { Engine } from "../predict/engine.ts";
import { isoDay } from "../predict/iso-day.ts";
import { readInContext } from "../predict/read-in-context.ts";
import { readRespelled, respellFor } from "../predict/read-respelled.ts";
import { gatherItems } from "../rank/gather-items.ts";

const WITHIN_MS = 30_000;
const LIBRARY_WITHIN_MS = 10_000;
const parser = createParser(TrialRequest, "a trial");

/**
 * How a candidate and the tenant's live model lead on finished lines, from the same evidence: the
 * library as it is now, without what was learnt from these very lines and without a warm context.
 * Rejects with `model_invalid` where the candidate cannot be used here, and with `router_unavailable`
 * while the tenant's library is not there in full.
 */
export async function answerTrial(
  tenant: string,
  body: unknown,
  { engine, clock }: { engine: Engine; clock: Clock },
): Promise<TrialAnswer> {
  const { artefact, live, lines } = parser.parse(body);
  const candidate = rankerOf(artefact, engine.model);
  const current = live === undefined ? engine.ranker : rankerOf(live, engine.model);
  const signal = AbortSignal.timeout(WITHIN_MS);
  await untilAborted(
    engine.libraries.complete(tenant),
    AbortSignal.timeout(LIBRARY_WITHIN_MS),
  ).catch(() => undefined);
  if (engine.libraries.of(tenant).state !== "complete") {
    throw new LiluxError("router_unavailable", {
      message: "The tenant's library is not read yet. Try again in a moment.",
    });
  }
  const answered: TrialAnswer["lines"] = [];
  for (const { line, history } of lines) {
    const evidence = await evidenceFor({ tenant, line, history }, { engine, clock, signal });
    answered.push({ candidate: leaderOf(evidence, candidate), live: leaderOf(evidence, current) });
  }
  return { lines: answered };
}

function leaderOf(evidence: LineEvidence, ranker: CallRanker): TrialLeader {
  const leader = leaderFor(evidence, ranker);
  return leader ?? { call: null, confidence: 0 };
}

async function evidenceFor(
  asked: { tenant: string; line: string; history: readonly string[] },
  { engine, clock, signal }: { engine: Engine; clock: Clock; signal: AbortSignal },
): Promise<LineEvidence> {
  const { tenant } = asked;
  const { model, libraries } = engine;
  const { library } = libraries.of(tenant);
  const text = boundLine(asked.line);
  const said = asked.history.at(-1);
  const before = said === undefined ? undefined : boundLine(said);
  const respelled = respellFor(model, library);
  const options = {
    tenant,
    purpose: "request",
    deadlineAt: clock.unix() + WITHIN_MS,
    signal,
  } as const;
  const reading = await readInContext(text, {
    before: model.capabilities.joinsContext ? before : undefined,
    read: readRespelled((part) => untilAborted(model.readLine(part, options), signal), respelled),
  });
  return gatherItems({
    library,
    reading,
    text,
    spelled: respelled(text),
    warm: [],
    previousKey: undefined,
    before,
    today: isoDay(clock.unix()),
  });
}
