import type { handleServerStreamingCall } from "@grpc/grpc-js";
import type { ExecuteEvent, ExecuteRequest } from "@lilux/protocol";
import {
  type ExecuteRequest as ExecuteMessage,
  type ExecuteResponse,
  type KiwiServiceServer,
  KiwiServiceService,
} from "./generated/lilux/kiwi/v1/kiwi.ts";
import type { KiwiApi } from "./kiwi-api.ts";
import { callScope } from "./server/call-scope.ts";
import { handleUnary } from "./server/handle-unary.ts";
import { type RpcServer, type ServeOptions, startServer } from "./server/start-server.ts";
import { writeAll } from "./server/write-all.ts";
import { toStatus } from "./wire/error-trailer.ts";
import { fromJsonBytes, readJson, toJsonBytes } from "./wire/json-bytes.ts";
import { requests } from "./wire/parsers.ts";

export interface ServeKiwiOptions extends ServeOptions {
  api: KiwiApi;
}

/** The tool core at a gRPC port. Resolves when it listens. */
export async function serveKiwi({ api, ...options }: ServeKiwiOptions): Promise<RpcServer> {
  return startServer(KiwiServiceService, handlersFor(api), options);
}

function handlersFor(api: KiwiApi): KiwiServiceServer {
  return {
    search: handleUnary(async ({ tenant, argumentsJson }, scope) => {
      const given = { tenant, arguments: readJson(argumentsJson, "search arguments") };
      return { resultJson: toJsonBytes(await api.search(requests.search.parse(given), scope)) };
    }),
    load: handleUnary(async ({ tenant, argumentsJson }, scope) => {
      const given = { tenant, arguments: readJson(argumentsJson, "load arguments") };
      return { resultJson: toJsonBytes(await api.load(requests.load.parse(given), scope)) };
    }),
    execute: handleExecute(api),
    discover: handleUnary(async ({ tenant, text, limit }, scope) => {
      const request = requests.discover.parse({ tenant, text, limit });
      return { resultJson: toJsonBytes(await api.discover(request, scope)) };
    }),
    listItems: handleUnary(async ({ tenant }, scope) => {
      const list = await api.listItems({ tenant }, scope);
      return { version: list.version, resultJson: toJsonBytes(list) };
    }),
  };
}

function handleExecute(api: KiwiApi): handleServerStreamingCall<ExecuteMessage, ExecuteResponse> {
  return (call) => {
    const scope = callScope(call);
    const events = async function* (): AsyncGenerator<ExecuteResponse> {
      const request = readExecute(call.request);
      for await (const event of api.execute(request, scope)) yield toMessage(event);
    };
    writeAll(events(), call, scope.signal).then(
      () => call.end(),
      (error: unknown) => call.emit("error", toStatus(error)),
    );
  };
}

function readExecute(message: ExecuteMessage): ExecuteRequest {
  const { tenant, callId, argumentsJson, confirmation, grantsJson } = message;
  return requests.execute.parse({
    tenant,
    callId,
    arguments: readJson(argumentsJson, "execute arguments"),
    ...(confirmation === undefined ? {} : { confirmation }),
    ...(grantsJson === undefined
      ? {}
      : { grants: fromJsonBytes(grantsJson, requests.grants, "execute grants") }),
  });
}

function toMessage(event: ExecuteEvent): ExecuteResponse {
  switch (event.type) {
    case "progress":
      return { event: { $case: "progress", value: event.text } };
    case "result":
      return { event: { $case: "resultJson", value: toJsonBytes(event.result) } };
  }
}
