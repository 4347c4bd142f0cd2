import {
  ErrorBody,
  LoadArguments,
  LoadResult,
  SearchArguments,
  SearchResult,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { GatewayLimits } from "../config.ts";
import type { App } from "./create-app.ts";
import { disconnectSignal, traceparentOf } from "./request-context.ts";

export interface KiwiRoutesDeps {
  kiwi: KiwiApi;
  limits: GatewayLimits;
  logger: Logger;
}

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
    body: LoadArguments,
    response: { 200: LoadResult, ...errors },
  };
  app.post("/v1/load", { schema: load }, async (request, reply) =>
    kiwi.load(
      { tenant: request.tenant, arguments: request.body },
      {
        signal: disconnectSignal(reply),
        deadlineMs: limits.kiwiWithinMs,
        traceparent: traceparentOf(request),
      },
    ),
  );
}
