import type { Rating, StoredTurn } from "@lilux/database";
import { labelId, shortDigest } from "./label-id.ts";
import { type Label, labelSession } from "./label-session.ts";

/** A label with the turn it is of, and those of the session before it. */
export interface LabelledTurn {
  id: string;
  label: Label;
  turn: StoredTurn;
  before: readonly StoredTurn[];
}

/** The labels of turns, whatever sessions they are of; the order is that of the sessions' turns. */
export function labelTurns(
  turns: readonly StoredTurn[],
  ratings: readonly Rating[],
): LabelledTurn[] {
  const rated = new Map(ratings.map((one) => [`${one.sessionId} ${one.turnId}`, one.rating]));
  const sessions = [...Map.groupBy(turns, ({ sessionId }) => sessionId).values()];
  return sessions.flatMap((session) => {
    const inOrder = session.toSorted((a, b) => a.at - b.at || a.position - b.position);
    const labels = labelSession(inOrder, (index) => {
      const turn = inOrder[index];
      return turn === undefined ? undefined : rated.get(`${turn.sessionId} ${turn.turnId}`);
    });
    return labels.flatMap((label) => {
      const turn = inOrder[label.index];
      if (turn === undefined) return [];
      const { rule, call } = label;
      const id = labelId({ turnPosition: turn.position, rule, callDigest: shortDigest(call) });
      return [{ id, label, turn, before: inOrder.slice(0, label.index) }];
    });
  });
}
