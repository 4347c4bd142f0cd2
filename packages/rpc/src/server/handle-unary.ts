import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Log } from "@lilux/core/telemetry";
import { toStatus } from "../wire/error-trailer.ts";
import { type CallScope, callScope } from "./call-scope.ts";

/** An `async` function as a gRPC handler. Whatever it throws crosses as an `ErrorBody`. */
export function handleUnary<Q, R>(
  handle: (request: Q, scope: CallScope) => Promise<R>,
  logger: Log,
): handleUnaryCall<Q, R> {
  return (call, callback) => {
    handle(call.request, callScope(call)).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toStatus(error, { logger, call: call.getPath() })),
    );
  };
}
