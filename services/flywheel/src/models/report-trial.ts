import { type CanaryVerdict, judgeCanary } from "@lilux/core/rollout";
import type { FlywheelStore, StoredModel, StoredTurn } from "@lilux/database";
import type { Tenant, TrialReport } from "@lilux/protocol";
import { type JudgedKeptTurn, judgeTurns } from "./judge-turns.ts";

/** The newest turns are of no use to a verdict that is read from the beginning: the first count. */
const TURNS_MAX = 20_000;
const READ_AT_ONCE = 1_000;

export interface JudgedTrial {
  report: TrialReport;
  verdict: CanaryVerdict;
}

/** What turns have said of a trial since it began. */
export async function reportTrial(
  tenant: Tenant,
  { model, kind, artefact, stage, stagedAt }: StoredModel,
  store: Pick<FlywheelStore, "turns" | "ratings">,
): Promise<JudgedTrial> {
  const turns = await turnsSince(tenant, stagedAt, store);
  const judged = judgeTurns(turns, await store.ratings(tenant), kind);
  const name = artefact?.kind === "orchestrator" ? artefact.served : model;
  const isTried = ({ model: by }: JudgedKeptTurn): boolean => stage === "canary" && by === name;
  const tried = judged.filter(isTried);
  const live = judged.filter((turn) => !isTried(turn) && turn.model !== undefined);
  const verdict = judgeCanary(tried, live);
  const seen = stage === "shadow" ? judged.filter(({ shadow }) => shadow?.model === model) : [];
  const report: TrialReport = {
    model,
    stage,
    turns: stage === "shadow" ? seen.length : tried.length,
    liveTurns: live.length,
    accepted: shareOf(tried),
    liveAccepted: shareOf(live),
    ...(stage === "shadow" ? { differs: compare(seen) } : {}),
    ...(stage === "canary" ? { evidence: { ...verdict.evidence }, limit: verdict.limit } : {}),
  };
  return { report, verdict };
}

/** Of a shadow's turns: where another call led, and which of the two was what ran. */
function compare(seen: readonly JudgedKeptTurn[]): NonNullable<TrialReport["differs"]> {
  const other = seen.filter(({ shadow }) => shadow?.isSame === false);
  return {
    turns: other.length,
    onlyNew: other.filter(({ shadow }) => shadow?.ran === true).length,
    onlyLive: other.filter(({ record }) => record.predictionUsed).length,
  };
}

function shareOf(turns: readonly JudgedKeptTurn[]): number | null {
  const telling = turns.filter(({ isRight }) => isRight !== undefined);
  if (telling.length === 0) return null;
  return telling.filter(({ isRight }) => isRight === true).length / telling.length;
}

async function turnsSince(
  tenant: Tenant,
  since: number,
  store: Pick<FlywheelStore, "turns">,
): Promise<StoredTurn[]> {
  const turns: StoredTurn[] = [];
  for (let after = -1; turns.length < TURNS_MAX; ) {
    const page = await store.turns({ tenant, since, after, limit: READ_AT_ONCE });
    turns.push(...page.turns);
    if (page.next === undefined) break;
    after = page.next;
  }
  // Of a turn without its calls nothing can be said.
  return turns.filter(({ level }) => level !== "metrics");
}
