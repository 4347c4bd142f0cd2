import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { parseTraceparent } from "@lilux/core/telemetry";
import type { ServerFrame } from "@lilux/protocol";
import type { RunningTurn } from "../session/running-turn.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { type AcceptTurnDeps, acceptTurn, type TurnInput } from "./accept-turn.ts";

export interface WatchedTurnDeps extends AcceptTurnDeps {
  sessions: Sessions;
}

export interface Watcher {
  tenant: string;
  /** Who of it. */
  person?: string | undefined;
  /** Gets the turn's events, each once it is stored. */
  push(frame: ServerFrame, json?: string): void;
  traceparent: string | string[] | undefined;
  /** Whose end is the caller's going away: the turn is cancelled then. */
  response: ServerResponse;
}

/**
 * A turn of a caller without a socket, in a session of its own, for as long as that caller is
 * there. Rejects as `acceptTurn` does; then nothing runs.
 */
export async function startWatchedTurn(
  input: TurnInput,
  { tenant, person, push, traceparent, response }: Watcher,
  deps: WatchedTurnDeps,
): Promise<RunningTurn> {
  const { turnId } = input;
  const sessionId = sessionOfTurn(tenant, turnId);
  const session = deps.sessions.adopt({ tenant, sessionId, lastOffset: 0, nextIndex: 0 });
  session.connection = { send: push, replace: () => undefined };
  session.person = person;
  session.expiresAt = undefined;
  session.trace = parseTraceparent(typeof traceparent === "string" ? traceparent : undefined);
  session.log.watch((events) => {
    for (const { event, json } of events) push(event, json);
  });
  const turn = await acceptTurn(session, input, deps).catch((error: unknown) => {
    leave(session, deps);
    throw error;
  });
  const onClose = (): void => {
    if (session.turns.has(turnId)) turn.command({ type: "cancel" });
    leave(session, deps);
  };
  if (response.destroyed) onClose();
  else response.once("close", onClose);
  return turn;
}

/** Named after its one turn, so that every gateway finds it. */
export function sessionOfTurn(tenant: string, turnId: string): string {
  return `r_${createHash("sha256").update(`${tenant}/${turnId}`).digest("base64url")}`;
}

/** Nobody can resume it, so it need not be kept once its turn has ended. */
function leave(session: Session, { sessions, now }: WatchedTurnDeps): void {
  sessions.detach(session);
  session.expiresAt = now();
}
