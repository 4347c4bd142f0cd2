import type { handleServerStreamingCall } from "@grpc/grpc-js";
import type { Log } from "@lilux/core/telemetry";
import { toStatus } from "../wire/error-trailer.ts";
import { type CallScope, callScope } from "./call-scope.ts";
import { writeAll } from "./write-all.ts";

/** An async generator as a gRPC handler. Whatever it throws crosses as an `ErrorBody`. */
export function handleStream<Q, R>(
  handle: (request: Q, scope: CallScope) => AsyncIterable<R>,
  logger: Log,
): handleServerStreamingCall<Q, R> {
  return (call) => {
    const scope = callScope(call);
    writeAll(handle(call.request, scope), call, scope.signal).then(
      () => call.end(),
      (error: unknown) => call.emit("error", toStatus(error, { logger, call: call.getPath() })),
    );
  };
}
