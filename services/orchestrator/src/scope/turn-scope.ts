import type { Clock } from "@lilux/core/async";
import type { Mandate, TurnEvent, TurnPath, TurnRecord, TurnRequest } from "@lilux/protocol";
import type { Confirmations } from "./confirmations.ts";
import { createThinking } from "./thinking.ts";
import type { TurnAccount } from "./turn-account.ts";

/** What every part of a running turn works with. */
export interface TurnScope {
  readonly request: TurnRequest;
  readonly turn: TurnRecord;
  /** Ends at the person's cancel, the caller's abort, or the service's end. */
  readonly signal: AbortSignal;
  readonly traceparent: string;
  /** Whose turn it is, and what may be done in it. */
  readonly mandate: Mandate | undefined;
  readonly clock: Clock;
  readonly startedAt: number;
  /** When the person last got to see something; before that, when they sent the line. */
  seenAt(): number;
  readonly confirmations: Confirmations;
  readonly account: TurnAccount;
  emit(event: TurnEvent): Promise<void>;
  /** Streams text to the person. */
  say(text: string): Promise<void>;
  /** Shows what a model thinks. It is no part of the answer, and kept nowhere. */
  think(text: string): Promise<void>;
  /** Ends a paragraph, when one is open. */
  breakText(): Promise<void>;
  start(path: TurnPath): Promise<void>;
}

export interface ScopeParts {
  request: TurnRequest;
  signal: AbortSignal;
  traceparent: string;
  mandate?: Mandate | undefined;
  clock: Clock;
  confirmations: Confirmations;
  account: TurnAccount;
  emit(event: TurnEvent): Promise<void>;
}

export function createTurnScope(parts: ScopeParts): TurnScope {
  const { request, clock, account } = parts;
  const { turnId } = request.turn;
  const startedAt = clock.monotonic();
  let seenAt = startedAt - wayMs(request.turn, clock);
  const emit = async (event: TurnEvent): Promise<void> => {
    await parts.emit(event);
    if (event.type !== "turn-start") seenAt = clock.monotonic();
  };
  const say = async (text: string): Promise<void> => {
    if (text === "") return;
    account.firstTextMs ??= clock.monotonic() - startedAt;
    account.response += text;
    await emit({ type: "text-delta", turnId, text });
  };
  return {
    ...parts,
    mandate: parts.mandate,
    turn: request.turn,
    startedAt,
    seenAt: () => seenAt,
    emit,
    say,
    think: createThinking({ turnId, emit }),
    async breakText() {
      if (account.response !== "" && !account.response.endsWith("\n")) await say("\n\n");
    },
    async start(path) {
      account.path = path;
      await emit({ type: "turn-start", turnId, path });
    },
  };
}

/** Beyond that it was no way: a turn that is run once more, or a gateway whose clock is apart. */
const WAY_MS_MAX = 5_000;

/** How long a turn was on its way here. */
function wayMs({ acceptedAt }: TurnRecord, clock: Clock): number {
  const ms = clock.unix() - acceptedAt;
  return ms > 0 && ms <= WAY_MS_MAX ? ms : 0;
}
