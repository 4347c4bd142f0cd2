import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { parseTraceparent } from "@lilux/core/telemetry";
import type { ServerFrame, Tenant } from "@lilux/protocol";
import type { Caller } from "../access/caller.ts";
import type { RunningTurn } from "../session/running-turn.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { type AcceptTurnDeps, acceptTurn, type TurnInput } from "./accept-turn.ts";

export interface WatchedTurnDeps extends AcceptTurnDeps {
  sessions: Sessions;
}

export interface Watcher {
  caller: Caller;
  /** Gets the turn's events, each once it is stored. */
  push(frame: ServerFrame, json?: string): void;
  traceparent: string | string[] | undefined;
  /** Whose end is the caller's going away: the turn is cancelled then. */
  response: ServerResponse;
  /** How long it may be away before that; not at all unless given. */
  comesBackWithinMs?: number;
}

export interface WatchedTurn {
  readonly turn: RunningTurn;
  /**
   * Tells on to another answer what came after this offset, and lets the first one go. False where
   * memory does not hold all of that any more.
   */
  comeBack(watcher: Pick<Watcher, "push" | "response">, after: number): boolean;
}

/**
 * A turn of a caller without a socket, in a session of its own, for as long as that caller is
 * there, or comes back in time. Rejects as `acceptTurn` does; then nothing runs.
 */
export async function startWatchedTurn(
  input: TurnInput,
  { caller, push, traceparent, response, comesBackWithinMs = 0 }: Watcher,
  deps: WatchedTurnDeps,
): Promise<WatchedTurn> {
  const { turnId } = input;
  const { tenant } = caller;
  const sessionId = sessionOfTurn(tenant, turnId);
  const session = deps.sessions.adopt({ tenant, sessionId, lastOffset: 0, nextIndex: 0 });
  session.caller = caller;
  session.trace = parseTraceparent(typeof traceparent === "string" ? traceparent : undefined);
  tellTo(session, push);
  const turn = await acceptTurn(session, input, deps).catch((error: unknown) => {
    leave(session, deps);
    throw error;
  });
  let watching: ServerResponse | undefined;
  let awayTimer: ReturnType<typeof setTimeout> | undefined;

  function end(): void {
    if (session.turns.has(turnId)) turn.command({ type: "cancel" });
    leave(session, deps);
  }

  function watchWith(answer: ServerResponse): void {
    watching = answer;
    const onClose = (): void => {
      // Whoever came back watches now.
      if (watching !== answer) return;
      watching = undefined;
      if (comesBackWithinMs === 0 || !session.turns.has(turnId)) {
        end();
        return;
      }
      deps.sessions.detach(session);
      awayTimer = setTimeout(end, comesBackWithinMs);
      awayTimer.unref();
    };
    if (answer.destroyed) onClose();
    else answer.once("close", onClose);
  }

  watchWith(response);
  return {
    turn,
    comeBack(watcher, after) {
      if (session.log.oldestOffset() > after + 1) return false;
      clearTimeout(awayTimer);
      const before = watching;
      watchWith(watcher.response);
      before?.destroy();
      for (const { event, json } of session.log.since(after)) watcher.push(event, json);
      tellTo(session, watcher.push);
      return true;
    },
  };
}

function tellTo(session: Session, push: Watcher["push"]): void {
  session.connection = { send: push, replace: () => undefined };
  session.expiresAt = undefined;
  session.log.watch((events) => {
    for (const { event, json } of events) push(event, json);
  });
}

/** Named after its one turn, so that every gateway finds it. */
export function sessionOfTurn(tenant: Tenant, turnId: string): string {
  return `r_${createHash("sha256").update(`${tenant}/${turnId}`).digest("base64url")}`;
}

/** Nobody can resume it, so it need not be kept once its turn has ended. */
function leave(session: Session, { sessions, now }: WatchedTurnDeps): void {
  sessions.detach(session);
  session.expiresAt = now();
}
