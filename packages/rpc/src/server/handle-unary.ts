import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Log } from "@lilux/core/telemetry";
import type { VerifyClaim } from "../claims/claim-tokens.ts";
import { readClaim } from "../wire/claim-metadata.ts";
import { toStatus } from "../wire/error-trailer.ts";
import { type CallScope, callScope } from "./call-scope.ts";

export interface HandleOptions {
  logger: Log;
  /** Where calls say who they are made for. */
  verifyClaim?: VerifyClaim | undefined;
}

/** An `async` function as a gRPC handler. Whatever it throws crosses as an `ErrorBody`. */
export function handleUnary<Q, R>(
  handle: (request: Q, scope: CallScope) => Promise<R>,
  { logger, verifyClaim }: HandleOptions,
): handleUnaryCall<Q, R> {
  return (call, callback) => {
    const scope = callScope(call);
    const answer = async (): Promise<R> => {
      const mandate = await readClaim(call.metadata, verifyClaim);
      return handle(call.request, { ...scope, mandate });
    };
    answer().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toStatus(error, { logger, call: call.getPath() })),
    );
  };
}
