import type { ErrorFrame, SessionEvent, TurnEnd } from "@lilux/protocol";
import { LiluxError } from "@lilux/protocol";
import { createInbox, type Inbox } from "./inbox.ts";
import type { TurnLost } from "./lilux-client.ts";

const EVENTS_UNREAD_MAX = 10_000;
const TURNS_OPEN_MAX = 256;

/** A committed line until its end is known. */
export interface OpenTurn {
  readonly turnId: string;
  /** The frame that commits it, to send again until it is accepted. */
  readonly frame: object;
  readonly events: Inbox<SessionEvent>;
  readonly ended: Promise<TurnEnd>;
  /** How often it was written to a socket. */
  sent: number;
  accepted: boolean;
}

/** The turns of one client that have not ended. */
export interface OpenTurns {
  /** Throws `duplicate_turn` where one of that id has not ended, `overloaded` where too many have not. */
  open(turnId: string, frame: object): OpenTurn;
  /** Those the server has not accepted, in the order they were committed. */
  unaccepted(): OpenTurn[];
  /** Whether any turn waits for something from the server. */
  waiting(): boolean;
  takeEvent(event: SessionEvent): void;
  /** False where it says nothing new: that a line sent twice over a lost connection had arrived. */
  takeError(frame: ErrorFrame): boolean;
  /** The session is gone: ends what was sent in it, and says what that was. */
  lose(): TurnLost[];
  /** Ends everything with this error. */
  endAll(error: LiluxError): void;
}

interface Entry extends OpenTurn {
  end(event: TurnEnd): void;
}

export function createOpenTurns(): OpenTurns {
  const turns = new Map<string, Entry>();

  function finish(entry: Entry, outcome: "failed" | "interrupted", error: LiluxError): void {
    const { turnId } = entry;
    const end: TurnEnd = { type: "turn-end", turnId, outcome, error: error.toBody() };
    close(entry, end, { ...end, offset: 0 });
  }

  function close(entry: Entry, end: TurnEnd, last: SessionEvent): void {
    turns.delete(entry.turnId);
    entry.events.end(last);
    entry.end(end);
  }

  return {
    open(turnId, frame) {
      if (turns.has(turnId)) throw new LiluxError("duplicate_turn");
      if (turns.size >= TURNS_OPEN_MAX) throw tooManyOpen();
      const { promise: ended, resolve: end } = Promise.withResolvers<TurnEnd>();
      const events = createInbox<SessionEvent>(EVENTS_UNREAD_MAX);
      const entry: Entry = { turnId, frame, events, ended, end, sent: 0, accepted: false };
      turns.set(turnId, entry);
      return entry;
    },
    unaccepted: () => [...turns.values()].filter((entry) => !entry.accepted),
    waiting: () => [...turns.values()].some((entry) => entry.sent > 0 && !entry.accepted),
    takeEvent(event) {
      const entry = turns.get(event.turnId);
      if (entry === undefined) return;
      entry.accepted = true;
      if (event.type === "turn-end") close(entry, event, event);
      else entry.events.push(event);
    },
    takeError(frame) {
      const entry = frame.turnId === undefined ? undefined : turns.get(frame.turnId);
      const isEcho = frame.code === "duplicate_turn" && entry !== undefined && entry.sent > 1;
      // The first one arrived, and its events come.
      if (isEcho) entry.accepted = true;
      else if (entry?.accepted === false) finish(entry, "failed", LiluxError.fromBody(frame));
      return !isEcho;
    },
    lose() {
      const lost = [...turns.values()].filter((entry) => entry.sent > 0);
      for (const entry of lost) finish(entry, "interrupted", lostError(entry.accepted));
      return lost.map(({ turnId, accepted }) => ({ turnId, accepted }));
    },
    endAll(error) {
      for (const entry of turns.values()) finish(entry, "interrupted", error);
    },
  };
}

function tooManyOpen(): LiluxError {
  const message = `${TURNS_OPEN_MAX} turns have not ended. Wait for one of them.`;
  return new LiluxError("overloaded", { message });
}

function lostError(accepted: boolean): LiluxError {
  const message = accepted
    ? "The session could not be recovered. The turn was stored and may have run; its end is not known here."
    : "The session could not be recovered, and the turn was never acknowledged. Send it again if it is still wanted.";
  return new LiluxError("interrupted", { message, details: { lost: true, accepted } });
}
