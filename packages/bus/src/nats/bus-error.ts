import { LiluxError } from "@lilux/protocol";
import { errors } from "@nats-io/transport-node";

/** What the client library threw, as one of our errors. */
export function toBusError(thrown: unknown): LiluxError {
  if (thrown instanceof LiluxError) return thrown;
  if (thrown instanceof errors.TimeoutError) {
    return new LiluxError("deadline_exceeded", { cause: thrown });
  }
  // Asking again would be denied again.
  if (isDenied(thrown)) return new LiluxError("internal", { cause: thrown });
  return new LiluxError("bus_unavailable", { cause: thrown });
}

/** The server does not let our user do that. */
export function isDenied(thrown: unknown): boolean {
  if (thrown instanceof errors.PermissionViolationError) return true;
  // The client wraps it, and JetStream's wraps that.
  return thrown instanceof Error && thrown.cause !== undefined && isDenied(thrown.cause);
}
