import type { SessionEvent, TurnRecord } from "@lilux/protocol";
import { afterTelling, NOTHING_TOLD, type TurnTold } from "../turn/turn-told.ts";

/** A message of EVENTS: a run of events, by whoever held the session then. */
export interface StoredEvents {
  /** Place among the session's messages, from 0, without holes. */
  index: number;
  events: SessionEvent[];
}

interface RecoveryInput {
  batches: readonly StoredEvents[];
  turns: readonly { record: TurnRecord; sequence: number }[];
  /** The last event the client has. */
  clientOffset: number;
}

/** A turn that was accepted and whose end is not stored. */
export interface UnendedTurn {
  record: TurnRecord;
  sequence: number;
  told: TurnTold;
  events: SessionEvent[];
  /** Nothing of it but its acceptance is known, so it may start again. */
  mayStart: boolean;
}

interface RecoveryPlan {
  /** The offset after which new events are numbered. */
  lastOffset: number;
  nextIndex: number;
  acceptedTurnIds: string[];
  unended: UnendedTurn[];
  /** Committed lines, oldest first. */
  lines: string[];
}

/**
 * What a session was, from what is stored of it: undefined when the client may
 * have missed something that is not there any more.
 *
 * A client can have events that were shown but not stored, when storing was
 * slow and the gateway died: numbering goes on after them, and since more may
 * be unknown, nothing is started again.
 */
export function planRecovery({
  batches,
  turns,
  clientOffset,
}: RecoveryInput): RecoveryPlan | undefined {
  const ordered = withoutRepeats(batches);
  const events = ordered.flatMap((batch) => batch.events);
  const first = events[0]?.offset;
  const last = events.at(-1)?.offset ?? 0;
  if (first === undefined) {
    if (turns.length > 0 || clientOffset > 0) return undefined;
  } else if (clientOffset < first - 1 || last - first !== events.length - 1) return undefined;

  const accepted = events.filter((event) => event.type === "turn-accepted");
  const acceptedTurnIds = accepted.map(({ turnId }) => turnId);
  const unended = acceptedTurnIds.flatMap((turnId) => {
    const stored = turns.find(({ record }) => record.turnId === turnId);
    const turn = stored && unendedTurn(stored, events);
    return turn === undefined ? [] : [{ ...turn, mayStart: turn.mayStart && clientOffset <= last }];
  });
  return {
    lastOffset: Math.max(last, clientOffset),
    nextIndex: (ordered.at(-1)?.index ?? -1) + 1,
    acceptedTurnIds,
    unended,
    lines: turns.map(({ record }) => record.text),
  };
}

function unendedTurn(
  { record, sequence }: { record: TurnRecord; sequence: number },
  all: readonly SessionEvent[],
): UnendedTurn | undefined {
  const events = all.filter(({ turnId }) => turnId === record.turnId);
  let told = NOTHING_TOLD;
  for (const event of events) {
    if (event.type !== "turn-accepted") told = afterTelling(told, event);
  }
  return told.ended ? undefined : { record, sequence, told, events, mayStart: events.length === 1 };
}

/** An append that was tried twice can be stored twice. */
function withoutRepeats(batches: readonly StoredEvents[]): StoredEvents[] {
  const byIndex = new Map<number, StoredEvents>();
  for (const batch of batches) if (!byIndex.has(batch.index)) byIndex.set(batch.index, batch);
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}
