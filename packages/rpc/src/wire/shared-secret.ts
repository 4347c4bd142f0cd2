import { createHash, timingSafeEqual } from "node:crypto";
import {
  InterceptingCall,
  type Interceptor,
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import type { Log } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import { toStatus } from "./error-trailer.ts";

const HEADER = "authorization";
const SCHEME = "Bearer ";

/** Sends the secret with every call of a client. */
export function withSecret(secret: string): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, listener, next) {
        metadata.set(HEADER, `${SCHEME}${secret}`);
        next(metadata, listener);
      },
    });
}

/** Refuses every call that does not bring the secret, before any of it is read. */
export function requireSecret(secret: string, logger: Log): ServerInterceptor {
  const expected = digestOf(`${SCHEME}${secret}`);
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, pass) {
            if (isSame(metadata, expected)) {
              pass(metadata);
              return;
            }
            logger.warn(
              { call: method.path, peer: call.getPeer() },
              "gRPC call without our secret",
            );
            const error = new LiluxError("peer_unauthenticated");
            call.sendStatus(toStatus(error, { logger, call: method.path }));
          },
        });
      },
    });
}

/** Digests are of one length whatever was sent, and take as long to compare. */
function isSame(metadata: Metadata, expected: Buffer): boolean {
  const [sent] = metadata.get(HEADER);
  return typeof sent === "string" && timingSafeEqual(digestOf(sent), expected);
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
