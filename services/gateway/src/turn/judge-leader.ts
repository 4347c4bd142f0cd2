import { confidenceOnEnter } from "@lilux/core/turns";
import type { Interaction } from "@lilux/protocol";

interface JudgedLeader {
  /** What the policy went by when the line was committed. */
  confidence: number;
  /** It is the call that was run. */
  right: boolean;
}

type Turn = Extract<Interaction, { type: "turn" }>;

interface JudgingTurn extends Pick<Turn, "kind" | "path" | "outcome" | "predictionUsed"> {
  predicted: readonly Turn["predicted"][number][];
}

/**
 * What a finished turn says about the leading prediction; undefined when it says
 * nothing: there was none, the turn did not complete, a person asked for the
 * orchestrator whatever the prediction, or the leader ran because it led.
 */
export function judgeLeader(turn: JudgingTurn): JudgedLeader | undefined {
  const [leader] = turn.predicted;
  if (leader === undefined || turn.outcome !== "completed" || turn.kind === "ask") return undefined;
  const isItsOwnJudge = turn.kind === "submit" && turn.path === "fast";
  if (isItsOwnJudge) return undefined;
  const confidence = turn.kind === "submit" ? confidenceOnEnter(leader) : leader.confidence;
  return { confidence, right: turn.predictionUsed };
}

/** Every tenth there is. */
export const BANDS = Array.from({ length: 10 }, (_, tenth) => bandOf(tenth / 10));

/** The lower bound of the tenth a confidence lies in, "0.0" to "0.9". */
export function bandOf(confidence: number): string {
  return (Math.min(9, Math.floor(confidence * 10)) / 10).toFixed(1);
}
