import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { parseTraceparent } from "@lilux/core/telemetry";
import { ErrorBody, LiluxError, SessionEvent, TurnBody } from "@lilux/protocol";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { type AcceptTurnDeps, acceptTurn } from "../turn/accept-turn.ts";
import type { RunningTurn } from "../turn/running-turn.ts";
import type { App } from "./create-app.ts";
import { createEventStream } from "./event-stream.ts";
import { addTurnCommandRoutes } from "./turn-command-routes.ts";

export interface TurnsRoutesDeps extends AcceptTurnDeps {
  sessions: Sessions;
  isDraining(): boolean;
}

const errors = { "4xx": ErrorBody, "5xx": ErrorBody };

/**
 * Turns for callers without a socket: one session per turn, its events as
 * server-sent events. Going away cancels the turn. Confirms and cancels come as
 * requests of their own, to the gateway that runs it.
 */
export function addTurnsRoutes(app: App, deps: TurnsRoutesDeps): void {
  const running = new Map<string, RunningTurn>();
  const keyOf = (tenant: string, turnId: string): string => `${tenant}/${turnId}`;

  const turnSchema = {
    summary: "Run one turn and stream its events",
    body: TurnBody,
    response: {
      200: {
        description: "Server-sent events: `event` is the type, `id` the offset, `data` the event.",
        content: { "text/event-stream": { schema: SessionEvent } },
      },
      ...errors,
    },
  };
  app.post("/v1/turns", { schema: turnSchema }, async (request, reply) => {
    if (deps.isDraining()) throw new LiluxError("shutting_down");
    const { text, turnId = randomUUID(), ask = false, history } = request.body;
    const { tenant } = request;
    const key = keyOf(tenant, turnId);
    if (running.has(key)) throw new LiluxError("duplicate_turn");
    const session = deps.sessions.open(tenant);
    const stream = createEventStream(deps.limits.bufferedBytesMax);
    show(session, { push: stream.push, traceparent: request.headers["traceparent"] });
    const kind = ask ? "ask" : "submit";
    const input = { turnId, kind, text, history, receivedAt: performance.now() } as const;
    const turn = await acceptTurn(session, input, deps).catch((error: unknown) => {
      leave(session, deps);
      throw error;
    });
    running.set(key, turn);
    void turn.done.then(() => {
      running.delete(key);
    });
    reply.raw.once("close", () => {
      if (session.turns.has(turnId)) turn.command({ type: "cancel" });
      leave(session, deps);
    });
    return (
      reply
        .type("text/event-stream; charset=utf-8")
        .header("cache-control", "no-store")
        .header("x-accel-buffering", "no")
        // The schema describes the events; what is sent is their stream.
        .send(Readable.from(stream.read()) as never)
    );
  });

  addTurnCommandRoutes(app, (tenant, turnId) => running.get(keyOf(tenant, turnId)));
}

interface Watcher {
  push: ReturnType<typeof createEventStream>["push"];
  traceparent: string | string[] | undefined;
}

function show(session: Session, { push, traceparent }: Watcher): void {
  session.connection = { send: push, replace: () => undefined };
  session.expiresAt = undefined;
  session.trace = parseTraceparent(typeof traceparent === "string" ? traceparent : undefined);
  session.log.watch((events) => {
    for (const { event, json } of events) push(event, json);
  });
}

/** Nobody can resume it, so it need not be kept once its turn has ended. */
function leave(session: Session, { sessions, now }: TurnsRoutesDeps): void {
  sessions.detach(session);
  session.expiresAt = now();
}
