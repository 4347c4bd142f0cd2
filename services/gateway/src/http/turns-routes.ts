import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import {
  ErrorBody,
  LiluxError,
  SessionEvent,
  type Tenant,
  ThoughtDelta,
  TurnBody,
} from "@lilux/protocol";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { Refusals } from "../admit/refusals.ts";
import type { Approvals } from "../approvals/approvals.ts";
import type { RunningTurn } from "../session/running-turn.ts";
import type { ApprovalsOf } from "../turn/answer-question.ts";
import { findKnownTurn, hasNotEnded, type KnownTurn } from "../turn/known-turn.ts";
import {
  sessionOfTurn,
  startWatchedTurn,
  type WatchedTurn,
  type WatchedTurnDeps,
} from "../turn/watched-turn.ts";
import { type App, whereIn } from "./create-app.ts";
import { createEventStream, type EventStream } from "./event-stream.ts";
import { nameOfRequest } from "./idempotency-key.ts";
import { addTurnCommandRoutes } from "./turn-command-routes.ts";

export interface TurnsRoutesDeps extends WatchedTurnDeps {
  isDraining(): boolean;
  approvalsOf: ApprovalsOf | undefined;
  approvals: Approvals | undefined;
  refusals: Refusals;
}

const errors = { "4xx": ErrorBody, "5xx": ErrorBody };

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

/**
 * Turns for callers without a socket: one session per turn, its events as
 * server-sent events. Going away cancels the turn, of one that was named after a while in which its caller can come back. Confirms and cancels come as
 * requests of their own, to the gateway that runs it.
 *
 * One id is one turn, whichever gateway is asked and whatever became of the
 * first answer: the session is named after it, so what is stored of it is found.
 */
export function addTurnsRoutes(app: App, deps: TurnsRoutesDeps): void {
  const running = new Map<string, WatchedTurn>();
  const keyOf = (tenant: Tenant, turnId: string): string => `${tenant}/${turnId}`;

  app.post(
    "/v1/turns",
    { schema: turnSchema, config: { isLongLived: true, verb: "run" } },
    async (request, reply) => {
      if (deps.isDraining()) throw new LiluxError("shutting_down");
      const { text, ask = false, history } = request.body;
      const name = nameOfRequest(request, { name: "turnId", value: request.body.turnId });
      const turnId = name ?? randomUUID();
      const after = lastEventIn(request.headers["last-event-id"]);
      const { tenant } = request;
      const key = keyOf(tenant, turnId);
      const sessionId = sessionOfTurn(tenant, turnId);
      const { push, read, fail } = createEventStream(deps.limits.bufferedBytesMax, (error) =>
        deps.refusals.note(error, { door: "rest", ...whereIn(request), turnId }),
      );
      request.endAnswer = fail;
      const here = running.get(key);
      if (here !== undefined) {
        const isBack = after > 0 && here.comeBack({ push, response: reply.raw }, after);
        if (isBack) return sendEvents(reply, { read: () => answeredAtOnce(read()) });
        throw hasNotEnded();
      }
      const isNamed = name !== undefined;
      const known = isNamed ? await findKnownTurn({ tenant, sessionId, turnId }, deps) : NEW_TURN;
      if (known.state === "ended") {
        const missed = known.events.filter(({ offset }) => offset > after);
        // Whoever has them all is told the end again, so that it knows.
        const told = missed.length === 0 ? known.events.slice(-1) : missed;
        return sendEvents(reply, replay(told, deps));
      }
      if (deps.sessions.find(tenant, sessionId) !== undefined) throw hasNotEnded();
      const kind = ask ? "ask" : "submit";
      const storedBefore = known.state === "waiting" ? "run" : "refuse";
      const receivedAt = performance.now();
      const comesBackWithinMs = isNamed ? deps.limits.comeBackWithinMs : 0;
      const watched = await startWatchedTurn(
        { turnId, kind, text, history, receivedAt, storedBefore },
        {
          caller: request.caller,
          push,
          traceparent: request.headers["traceparent"],
          response: reply.raw,
          comesBackWithinMs,
        },
        deps,
      );
      running.set(key, watched);
      void watched.turn.done.then(() => {
        running.delete(key);
      });
      return sendEvents(reply, { read });
    },
  );

  const find = (tenant: Tenant, turnId: string): RunningTurn | undefined =>
    running.get(keyOf(tenant, turnId))?.turn;
  const { approvalsOf, approvals } = deps;
  addTurnCommandRoutes(app, { find, approvalsOf, approvals });
}

/** Whoever came back is answered now, and not once there is news. */
async function* answeredAtOnce(texts: AsyncIterable<string>): AsyncGenerator<string> {
  yield ": told on\n\n";
  yield* texts;
}

/** The offset that its caller has; 0 where it says none, or none of ours. */
function lastEventIn(header: string | string[] | undefined): number {
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : 0;
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
