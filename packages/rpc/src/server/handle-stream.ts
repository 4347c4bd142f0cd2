import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { readClaim } from "../wire/claim-metadata.ts";
import { toStatus } from "../wire/error-trailer.ts";
import { type CallScope, callScope } from "./call-scope.ts";
import type { HandleOptions } from "./handle-unary.ts";
import { writeAll } from "./write-all.ts";

/** An async generator as a gRPC handler. Whatever it throws crosses as an `ErrorBody`. */
export function handleStream<Q, R>(
  handle: (request: Q, scope: CallScope) => AsyncIterable<R>,
  { logger, verifyClaim }: HandleOptions,
): handleServerStreamingCall<Q, R> {
  return (call) => {
    const scope = callScope(call);
    const messages = async function* (): AsyncGenerator<R> {
      const mandate = await readClaim(call.metadata, verifyClaim);
      yield* handle(call.request, { ...scope, mandate });
    };
    writeAll(messages(), call, scope.signal).then(
      () => call.end(),
      (error: unknown) => call.emit("error", toStatus(error, { logger, call: call.getPath() })),
    );
  };
}
