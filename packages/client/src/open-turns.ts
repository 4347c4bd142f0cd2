import { createMailbox, type Mailbox } from "@lilux/core/async";
import type { ErrorFrame, SessionEvent, TurnEnd } from "@lilux/protocol";
import { LiluxError } from "@lilux/protocol";
import type { TurnLost } from "./lilux-client.ts";

const EVENTS_UNREAD_MAX = 10_000;

/** A committed line until its end is known. */
export interface OpenTurn {
  readonly turnId: string;
  /** The frame that commits it, to send again until it is accepted. */
  readonly frame: object;
  readonly events: Mailbox<SessionEvent>;
  readonly ended: Promise<TurnEnd>;
  /** Whether it was ever written to a socket. */
  sent: boolean;
  accepted: boolean;
}

/** The turns of one client that have not ended. */
export interface OpenTurns {
  open(turnId: string, frame: object): OpenTurn;
  /** Those the server has not accepted, in the order they were committed. */
  unaccepted(): OpenTurn[];
  /** Whether any turn waits for something from the server. */
  waiting(): boolean;
  takeEvent(event: SessionEvent): void;
  takeError(frame: ErrorFrame): void;
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
    entry.events.push({ ...end, offset: 0 });
    close(entry, end);
  }

  function close(entry: Entry, end: TurnEnd): void {
    turns.delete(entry.turnId);
    entry.events.end();
    entry.end(end);
  }

  return {
    open(turnId, frame) {
      const { promise: ended, resolve: end } = Promise.withResolvers<TurnEnd>();
      const events = createMailbox<SessionEvent>({
        max: EVENTS_UNREAD_MAX,
        whenFull: "dropOldest",
      });
      const entry: Entry = { turnId, frame, events, ended, end, sent: false, accepted: false };
      turns.set(turnId, entry);
      return entry;
    },
    unaccepted: () => [...turns.values()].filter((entry) => !entry.accepted),
    waiting: () => [...turns.values()].some((entry) => entry.sent && !entry.accepted),
    takeEvent(event) {
      const entry = turns.get(event.turnId);
      if (entry === undefined) return;
      entry.accepted = true;
      entry.events.push(event);
      if (event.type === "turn-end") close(entry, event);
    },
    takeError(frame) {
      const entry = frame.turnId === undefined ? undefined : turns.get(frame.turnId);
      if (entry === undefined || entry.accepted) return;
      // Sent twice over a lost connection: the first one arrived, and its events come.
      if (frame.code === "duplicate_turn") entry.accepted = true;
      else finish(entry, "failed", LiluxError.fromBody(frame));
    },
    lose() {
      const lost = [...turns.values()].filter((entry) => entry.sent);
      for (const entry of lost) finish(entry, "interrupted", lostError(entry.accepted));
      return lost.map(({ turnId, accepted }) => ({ turnId, accepted }));
    },
    endAll(error) {
      for (const entry of turns.values()) finish(entry, "interrupted", error);
    },
  };
}

function lostError(accepted: boolean): LiluxError {
  const message = accepted
    ? "The session could not be recovered. The turn was stored and may have run; its end is not known here."
    : "The session could not be recovered, and the turn was never acknowledged. Send it again if it is still wanted.";
  return new LiluxError("interrupted", { message, details: { lost: true, accepted } });
}
