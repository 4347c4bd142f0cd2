import type { SessionEvent, TurnRecord } from "@lilux/protocol";
import { isDecision, type StoredBatch, type StoredMessage } from "../session/stored-message.ts";
import { type TurnTold, toldOf } from "../turn/turn-told.ts";

interface RecoveryInput {
  stored: readonly StoredMessage[];
  turns: readonly { record: TurnRecord; sequence: number }[];
  /** The last event the client has. */
  clientOffset: number;
  /** Unix milliseconds. */
  now: number;
}

/** A turn that was accepted and whose end is not stored. */
export interface UnendedTurn {
  turnId: string;
  /** Undefined when TURNS lost it. */
  stored: { record: TurnRecord; sequence: number } | undefined;
  told: TurnTold;
  events: SessionEvent[];
  /** Nothing of it but its acceptance is known, and it is fresh: it may start again. */
  mayStart: boolean;
  /** The client was surely never told that it was accepted. */
  isUntold: boolean;
}

interface RecoveryPlan {
  /** The offset after which new events are numbered. */
  lastOffset: number;
  nextIndex: number;
  /** Turns that a client may not commit again. */
  knownTurnIds: string[];
  unended: UnendedTurn[];
  /** Committed lines, oldest first. */
  lines: string[];
}

/** Younger than what EVENTS keeps: what it does not hold of such a turn was never stored. */
const RECENT_MS = 9 * 60_000;
/** A turn that never began is still what the person wants for so long. */
const YOUNG_MS = 60_000;

/**
 * What a session was, from what is stored of it: undefined when the client may
 * have missed something that is not there any more.
 *
 * A client can have events that were shown but not stored, when storing was
 * slow and the gateway died: numbering goes on after them, which leaves a hole
 * in the stream that this client has no need of. Since more may be unknown,
 * nothing is started again then, and turns that may have been acknowledged are
 * ended.
 */
export function planRecovery(input: RecoveryInput): RecoveryPlan | undefined {
  const { stored, turns, clientOffset } = input;
  const ordered = withoutRepeats(stored);
  const events = ordered.flatMap((batch) => batch.events);
  if (!isWhole(events, input)) return undefined;
  const last = events.at(-1)?.offset ?? 0;
  const unended = unendedTurns(events, input, clientOffset > last);
  return {
    lastOffset: Math.max(last, clientOffset),
    nextIndex: (ordered.at(-1)?.index ?? -1) + 1,
    knownTurnIds: [...new Set([...events, ...unended].map(({ turnId }) => turnId))],
    unended,
    lines: turns.map(({ record }) => record.text),
  };
}

/** Whether all that the client has not seen is there. */
function isWhole(
  events: readonly SessionEvent[],
  { turns, clientOffset, now }: RecoveryInput,
): boolean {
  const last = events.at(-1)?.offset;
  if (last === undefined) {
    // Nothing was ever stored, or all of it is too old: only turns can tell.
    if (turns.length === 0) return clientOffset === 0;
    return turns.every(({ record }) => record.acceptedAt > now - RECENT_MS);
  }
  const missed = events.filter(({ offset }) => offset > clientOffset);
  return new Set(missed.map(({ offset }) => offset)).size === Math.max(0, last - clientOffset);
}

function unendedTurns(
  events: readonly SessionEvent[],
  { stored, turns, now }: RecoveryInput,
  clientKnowsMore: boolean,
): UnendedTurn[] {
  const decided = new Set(stored.filter(isDecision).map(({ turnId }) => turnId));
  const byTurn = Map.groupBy(events, ({ turnId }) => turnId);
  const unheard = turns.filter(({ record: { turnId, acceptedAt } }) => {
    const mayBeKnown = clientKnowsMore && acceptedAt > now - RECENT_MS;
    return !byTurn.has(turnId) && (decided.has(turnId) || mayBeKnown);
  });
  const turnIds = [...byTurn.keys(), ...unheard.map(({ record }) => record.turnId)];
  return turnIds.flatMap((turnId): UnendedTurn[] => {
    const ofTurn = byTurn.get(turnId) ?? [];
    const told = toldOf(ofTurn);
    if (told.ended) return [];
    const turn = turns.find(({ record }) => record.turnId === turnId);
    const isFresh = turn !== undefined && turn.record.acceptedAt > now - YOUNG_MS;
    const mayStart = ofTurn.length === 1 && isFresh && !clientKnowsMore && !decided.has(turnId);
    const isUntold = ofTurn.length === 0 && !clientKnowsMore;
    return [{ turnId, stored: turn, told, events: ofTurn, mayStart, isUntold }];
  });
}

/** An append that was tried twice can be stored twice. */
function withoutRepeats(stored: readonly StoredMessage[]): StoredBatch[] {
  const byIndex = new Map<number, StoredBatch>();
  for (const message of stored) {
    if (!isDecision(message) && !byIndex.has(message.index)) byIndex.set(message.index, message);
  }
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}
