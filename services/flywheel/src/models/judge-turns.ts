import type { JudgedTurn } from "@lilux/core/rollout";
import type { Rating, StoredTurn } from "@lilux/database";
import { DEFAULT_THRESHOLDS, type ModelKind } from "@lilux/protocol";
import { isRefutedBy, labelSession } from "../label/label-session.ts";

type Turn = StoredTurn["record"];

/** A prediction is to be answered within this time. */
const PROMISE_MS = 80;

export interface JudgedKeptTurn extends JudgedTurn {
  /** Of the model that answered, as it was told. */
  model: string | undefined;
  shadow: Turn["shadow"];
  record: Turn;
}

/** What kept turns say of the models that answered them, in the order they were kept. */
export function judgeTurns(
  turns: readonly StoredTurn[],
  ratings: readonly Rating[],
  kind: ModelKind,
): JudgedKeptTurn[] {
  const rated = new Map(ratings.map((one) => [`${one.sessionId} ${one.turnId}`, one.rating]));
  const judged = new Map<number, JudgedKeptTurn>();
  for (const session of Map.groupBy(turns, ({ sessionId }) => sessionId).values()) {
    const inOrder = session.toSorted((a, b) => a.at - b.at || a.position - b.position);
    const ratingOf = (index: number) => {
      const turn = inOrder[index];
      return turn === undefined ? undefined : rated.get(`${turn.sessionId} ${turn.turnId}`);
    };
    const labels = labelSession(inOrder, ratingOf);
    for (const [index, turn] of inOrder.entries()) {
      const { record, position } = turn;
      // Words may be taken back as a call may be; labels are of calls alone.
      const isTakenBack = isRefutedBy(turn, { next: inOrder[index + 1], rating: ratingOf(index) });
      const isCancelled = labels.some(
        (label) => label.index === index && label.rule === "cancelled",
      );
      const isRefuted = isTakenBack || isCancelled;
      judged.set(position, judgedTurn(record, { isRefuted, kind }));
    }
  }
  return [...judged].sort(([a], [b]) => a - b).map(([, turn]) => turn);
}

function judgedTurn(
  record: Turn,
  { isRefuted, kind }: { isRefuted: boolean; kind: ModelKind },
): JudgedKeptTurn {
  const { shadow, outcome, routeMs, predicted } = record;
  const isLate = kind === "router" && routeMs !== null && routeMs > PROMISE_MS;
  const isRight =
    kind === "router" ? wasPredicted(record, isRefuted) : wasWelcome(record, isRefuted);
  const [leader] = predicted;
  const isItsOwnJudge = record.kind === "submit" && record.path === "fast" && !isRefuted;
  const isJudged = kind === "router" && leader !== undefined && !isItsOwnJudge;
  return {
    model: kind === "router" ? record.model : record.usage?.model,
    shadow,
    record,
    isBad: outcome === "failed" || isLate,
    ...(isRight === undefined ? {} : { isRight }),
    ...(isJudged ? { confidence: leader.confidenceOnEnter ?? leader.confidence } : {}),
  };
}

/** Whether the prediction was what was wanted, none included; undefined where the turn does not say. */
function wasPredicted(record: Turn, isRefuted: boolean): boolean | undefined {
  const { kind, outcome, calls, predictionUsed, predicted } = record;
  const isOffered = (predicted[0]?.confidence ?? 0) >= DEFAULT_THRESHOLDS.show;
  if (isRefuted) return predictionUsed ? false : undefined;
  if (outcome !== "completed") return undefined;
  if (kind === "ask") return isOffered ? false : undefined;
  if (calls.length === 0) return !isOffered;
  return predictionUsed;
}

/** A language model's turn went well unless somebody took it back. */
function wasWelcome({ outcome, kind }: Turn, isRefuted: boolean): boolean | undefined {
  if (kind === "accept") return undefined;
  if (isRefuted) return false;
  return outcome === "completed" ? true : undefined;
}
