import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { ErrorBody, LiluxError, SessionEvent, ThoughtDelta, TurnBody } from "@lilux/protocol";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { Refusals } from "../admit/refusals.ts";
import type { RunningTurn } from "../session/running-turn.ts";
import { findKnownTurn, hasNotEnded, type KnownTurn } from "../turn/known-turn.ts";
import { sessionOfTurn, startWatchedTurn, type WatchedTurnDeps } from "../turn/watched-turn.ts";
import { type App, whereIn } from "./create-app.ts";
import { createEventStream, type EventStream } from "./event-stream.ts";
import { addTurnCommandRoutes } from "./turn-command-routes.ts";

export interface TurnsRoutesDeps extends WatchedTurnDeps {
  isDraining(): boolean;
  refusals: Refusals;
}

const errors = { "4xx": ErrorBody, "5xx": ErrorBody };

/**
 * Turns for callers without a socket: one session per turn, its events as
 * server-sent events. Going away cancels the turn. Confirms and cancels come as
 * requests of their own, to the gateway that runs it.
 *
 * One id is one turn, whichever gateway is asked and whatever became of the
 * first answer: the session is named after it, so what is stored of it is found.
 */
export function addTurnsRoutes(app: App, deps: TurnsRoutesDeps): void {
  const running = new Map<string, RunningTurn>();
  const keyOf = (tenant: string, turnId: string): string => `${tenant}/${turnId}`;

  const turnSchema = {
    summary: "Run one turn and stream its events",
    body: TurnBody,
    response: {
      200: {
        description:
          "Server-sent events: `event` is the type, `id` the offset, `data` the event. Thoughts have no offset: they are told once.",
        content: { "text/event-stream": { schema: Type.Union([SessionEvent, ThoughtDelta]) } },
      },
      ...errors,
    },
  };
  app.post(
    "/v1/turns",
    { schema: turnSchema, config: { isLongLived: true } },
    async (request, reply) => {
      if (deps.isDraining()) throw new LiluxError("shutting_down");
      const { text, turnId = randomUUID(), ask = false, history } = request.body;
      const { tenant, person } = request;
      const key = keyOf(tenant, turnId);
      const sessionId = sessionOfTurn(tenant, turnId);
      if (running.has(key)) throw hasNotEnded();
      const isNamed = request.body.turnId !== undefined;
      const known = isNamed ? await findKnownTurn({ tenant, sessionId, turnId }, deps) : NEW_TURN;
      if (known.state === "ended") return sendEvents(reply, replay(known.events, deps));
      if (deps.sessions.find(tenant, sessionId) !== undefined) throw hasNotEnded();
      const kind = ask ? "ask" : "submit";
      const storedBefore = known.state === "waiting" ? "run" : "refuse";
      const receivedAt = performance.now();
      const { push, read } = createEventStream(deps.limits.bufferedBytesMax, (error) =>
        deps.refusals.note(error, { door: "rest", ...whereIn(request), turnId }),
      );
      const turn = await startWatchedTurn(
        { turnId, kind, text, history, receivedAt, storedBefore },
        {
          tenant,
          person,
          push,
          traceparent: request.headers["traceparent"],
          response: reply.raw,
        },
        deps,
      );
      running.set(key, turn);
      void turn.done.then(() => {
        running.delete(key);
      });
      return sendEvents(reply, { read });
    },
  );

  addTurnCommandRoutes(app, (tenant, turnId) => running.get(keyOf(tenant, turnId)));
}

const NEW_TURN: KnownTurn = { state: "new" };

/** What was told of a turn that has ended, told again. */
function replay(events: readonly SessionEvent[], { limits }: TurnsRoutesDeps): EventStream {
  const stream = createEventStream(limits.bufferedBytesMax);
  for (const event of events) stream.push(event);
  return stream;
}

function sendEvents(reply: FastifyReply, stream: Pick<EventStream, "read">): FastifyReply {
  return reply
    .type("text/event-stream; charset=utf-8")
    .header("cache-control", "no-store")
    .header("x-accel-buffering", "no")
    .send(Readable.from(stream.read()));
}
