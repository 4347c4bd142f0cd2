import { ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { identityOf } from "@lilux/certificates";
import type { Log } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import { toStatus } from "../wire/error-trailer.ts";
import { type Callers, mayCall } from "./callers.ts";

/** Refuses every call of a method by a service that the table does not list for it, before any of it is read. */
export function requireCaller(callers: Callers, logger: Log): ServerInterceptor {
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, pass) {
            const names = call.getAuthContext().sslPeerCertificate?.subjectaltname;
            const caller = identityOf(names);
            if (mayCall(callers, caller, method.path)) {
              pass(metadata);
              return;
            }
            const peer = { caller: caller ?? "nobody of ours", address: call.getPeer() };
            logger.warn(
              { call: method.path, ...peer },
              "gRPC call by a service that may not make it",
            );
            const cause = new Error("a caller whose certificate is not listed for this");
            const error = new LiluxError("peer_unauthenticated", { cause });
            call.sendStatus(toStatus(error, { logger, call: method.path }));
          },
        });
      },
    });
}
