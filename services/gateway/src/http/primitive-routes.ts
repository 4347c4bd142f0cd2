import { randomUUID } from "node:crypto";
import {
  Confirmation,
  ErrorBody,
  LiluxError,
  LoadArguments,
  type LoadRequest,
  LoadResult,
  SearchArguments,
  SearchResult,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import { Type } from "typebox";
import type { GatewayLimits } from "../config.ts";
import type { App } from "./create-app.ts";
import { actorOf, disconnectSignal, traceparentOf, withNextStep } from "./request-context.ts";

export interface KiwiRoutesDeps {
  kiwi: KiwiApi;
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
export function addPrimitiveRoutes(app: App, { kiwi, limits }: KiwiRoutesDeps): void {
  const errors = { "4xx": ErrorBody, "5xx": ErrorBody };

  const search = {
    summary: "Find items by words",
    body: SearchArguments,
    response: { 200: SearchResult, ...errors },
  };
  app.post("/v1/search", { schema: search }, async (request, reply) =>
    kiwi.search(
      { tenant: request.tenant, arguments: request.body },
      {
        signal: disconnectSignal(reply),
        deadlineMs: limits.kiwiWithinMs,
        traceparent: traceparentOf(request),
      },
    ),
  );

  const load = {
    summary: "Read one item, or copy it to another source",
    body: LoadBody,
    response: { 200: LoadResult, ...errors },
  };
  app.post("/v1/load", { schema: load }, async (request, reply) => {
    const { confirmation, callId: named, ...call } = request.body;
    const callId = confirmation?.callId ?? named ?? randomUUID();
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
    };
    try {
      return await kiwi.load(asked, options);
    } catch (thrown) {
      throw withNextStep(LiluxError.from(thrown));
    }
  });
}
