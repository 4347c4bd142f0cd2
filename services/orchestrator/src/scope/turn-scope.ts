import type { Clock } from "@lilux/core/async";
import type { TurnEvent, TurnPath, TurnRecord, TurnRequest } from "@lilux/protocol";
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
  readonly clock: Clock;
  readonly startedAt: number;
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
  clock: Clock;
  confirmations: Confirmations;
  account: TurnAccount;
  emit(event: TurnEvent): Promise<void>;
}

export function createTurnScope(parts: ScopeParts): TurnScope {
  const { request, clock, account, emit } = parts;
  const { turnId } = request.turn;
  const startedAt = clock.monotonic();
  const say = async (text: string): Promise<void> => {
    if (text === "") return;
    account.firstTextMs ??= clock.monotonic() - startedAt;
    account.response += text;
    await emit({ type: "text-delta", turnId, text });
  };
  return {
    ...parts,
    turn: request.turn,
    startedAt,
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
