import { randomUUID } from "node:crypto";
import { verbOfCall } from "@lilux/core/access";
import {
  ApprovalState,
  Confirmation,
  ErrorBody,
  LiluxError,
  LoadArguments,
  type LoadRequest,
  LoadResult,
  type Verb,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { directMandate } from "../access/caller.ts";
import type { DirectKiwi } from "../approvals/direct-kiwi.ts";
import type { GatewayLimits } from "../config.ts";
import type { App } from "./create-app.ts";
import { nameOfRequest } from "./idempotency-key.ts";
import { actorOf, disconnectSignal, traceparentOf, withNextStep } from "./request-context.ts";
import { HITS_MAX, HITS_USUAL, SearchBody, SearchPage } from "./search-page.ts";
import { sendWaiting, waitWished } from "./waiting-answer.ts";

export interface KiwiRoutesDeps {
  kiwi: KiwiApi;
  /** For what a second person may have to say yes to. */
  direct: DirectKiwi;
  limits: GatewayLimits;
  logger: Logger;
}

/** Taking another namespace's item into the library is confirmed as an execute is. */
const LoadBody = Type.Object(
  {
    ...LoadArguments.properties,
    callId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    confirmation: Type.Optional(Confirmation),
  },
  { additionalProperties: false },
);

/** `search` and `load`, as a person's own calls. */
export function addPrimitiveRoutes(app: App, { kiwi, direct, limits }: KiwiRoutesDeps): void {
  const errors = { "4xx": ErrorBody, "5xx": ErrorBody };

  const search = {
    summary: "Find items by words",
    body: SearchBody,
    response: { 200: SearchPage, ...errors },
  };
  app.post("/v1/search", { schema: search, config: { verb: "read" } }, async (request, reply) => {
    const { offset = 0, limit = HITS_USUAL, ...rest } = request.body;
    // A caller who asks for no page gets what it always got.
    const isPaged = request.body.offset !== undefined;
    const wanted = isPaged ? Math.min(HITS_MAX, offset + limit) : request.body.limit;
    const options = {
      signal: disconnectSignal(reply),
      deadlineMs: limits.kiwiWithinMs,
      traceparent: traceparentOf(request),
      mandate: directMandate(request.caller),
    };
    const given = wanted === undefined ? rest : { ...rest, limit: wanted };
    const found = await kiwi.search({ tenant: request.tenant, arguments: given }, options);
    const results = isPaged ? found.results.slice(offset, offset + limit) : found.results;
    const nextOffset = offset + limit;
    const isMore = results.length > 0 && nextOffset < Math.min(found.total, HITS_MAX);
    return { ...found, results, ...(isMore ? { nextOffset } : {}) };
  });

  const load = {
    summary: "Read one item, or copy it to another source",
    body: LoadBody,
    response: { 200: LoadResult, 202: ApprovalState, ...errors },
  };
  const config = {
    verb: ({ body }: FastifyRequest): Verb =>
      verbOfCall({ name: "load", arguments: body as LoadArguments }),
  };
  app.post("/v1/load", { schema: load, config }, async (request, reply) => {
    const { confirmation, callId: named, ...call } = request.body;
    const key = nameOfRequest(request, { name: "callId", value: named });
    const callId = confirmation?.callId ?? key ?? randomUUID();
    const asked: LoadRequest = {
      tenant: request.tenant,
      callId,
      arguments: call,
      by: actorOf(request),
      ...(confirmation === undefined ? {} : { confirmation }),
    };
    const options = {
      signal: disconnectSignal(reply),
      deadlineMs: limits.kiwiWithinMs,
      traceparent: traceparentOf(request),
      mandate: directMandate(request.caller),
    };
    try {
      return await direct.waiting(waitWished(request)).load(asked, options);
    } catch (thrown) {
      const error = withNextStep(LiluxError.from(thrown));
      if (error.code === "approval_pending") return sendWaiting(reply, error) as never;
      throw error;
    }
  });
}
