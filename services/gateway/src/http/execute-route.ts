import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { verbOfCall } from "@lilux/core/access";
import { type Log, loggedError } from "@lilux/core/telemetry";
import {
  ApprovalState,
  Confirmation,
  ErrorBody,
  ExecuteArguments,
  type ExecuteEvent,
  type ExecuteRequest,
  ExecuteResult,
  LiluxError,
  type Verb,
} from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { directMandate } from "../access/caller.ts";
import type { App } from "./create-app.ts";
import { nameOfRequest } from "./idempotency-key.ts";
import type { KiwiRoutesDeps } from "./primitive-routes.ts";
import { actorOf, disconnectSignal, traceparentOf, withNextStep } from "./request-context.ts";
import { sendWaiting, waitWished } from "./waiting-answer.ts";

const ExecuteBody = Type.Object(
  {
    ...ExecuteArguments.properties,
    /** Names the call: the same body with the same name again runs nothing and answers the first result. */
    callId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    confirmation: Type.Optional(Confirmation),
  },
  { additionalProperties: false },
);

/**
 * `execute`. What needs a person's yes is answered 428 with the question in
 * `details`; the same body with `confirmation` then runs exactly that call.
 * What needs a second person's is answered 202, with where to ask how it stands.
 * Whoever accepts `text/event-stream` is told of progress too.
 */
export function addExecuteRoute(app: App, { direct, limits, logger }: KiwiRoutesDeps): void {
  const schema = {
    summary: "Run, create, update, delete or publish an item",
    body: ExecuteBody,
    response: { 200: ExecuteResult, 202: ApprovalState, "4xx": ErrorBody, "5xx": ErrorBody },
  };
  const bodyLimit = limits.executeBodyBytesMax;
  const config = {
    verb: ({ body }: FastifyRequest): Verb =>
      verbOfCall({ name: "execute", arguments: body as ExecuteArguments }),
  };
  app.post("/v1/execute", { schema, bodyLimit, config }, async (request, reply) => {
    const { confirmation, callId: named, ...call } = request.body;
    const key = nameOfRequest(request, { name: "callId", value: named });
    const callId = confirmation?.callId ?? key ?? randomUUID();
    const { tenant } = request;
    const asked: ExecuteRequest = {
      tenant,
      callId,
      arguments: call,
      by: actorOf(request),
      ...(confirmation === undefined ? {} : { confirmation }),
    };
    const events = direct.waiting(waitWished(request)).execute(asked, {
      signal: disconnectSignal(reply),
      deadlineMs: limits.executeWithinMs,
      traceparent: traceparentOf(request),
      mandate: directMandate(request.caller),
    });
    if (request.headers.accept?.includes("text/event-stream") === true) {
      const frames = framesOf(events, logger);
      return reply.type("text/event-stream; charset=utf-8").send(Readable.from(frames) as never);
    }
    try {
      return await resultOf(events);
    } catch (thrown) {
      const error = withNextStep(LiluxError.from(thrown));
      if (error.code === "approval_pending") return sendWaiting(reply, error) as never;
      throw error;
    }
  });
}

async function resultOf(events: AsyncIterable<ExecuteEvent>): Promise<ExecuteResult> {
  for await (const event of events) if (event.type === "result") return event.result;
  throw new LiluxError("kiwi_unavailable", { cause: new Error("execute ended without a result") });
}

/** Progress as it comes, then the result or the error: each an event with its JSON. */
async function* framesOf(events: AsyncIterable<ExecuteEvent>, logger: Log): AsyncGenerator<string> {
  const frame = (type: string, data: object): string =>
    `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  try {
    for await (const event of events) yield frame(event.type, event);
  } catch (thrown) {
    const line = { logger, message: "request failed", fields: { route: "/v1/execute" } };
    const error = withNextStep(loggedError(thrown, line)).toBody();
    yield frame("error", { type: "error", error });
  }
}
