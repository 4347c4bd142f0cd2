import { LiluxError } from "@lilux/protocol";
import { errors } from "@nats-io/transport-node";

/** What the client library threw, as one of our errors. */
export function toBusError(thrown: unknown): LiluxError {
  if (thrown instanceof LiluxError) return thrown;
  if (thrown instanceof errors.TimeoutError) {
    return new LiluxError("deadline_exceeded", { cause: thrown });
  }
  return new LiluxError("bus_unavailable", { cause: thrown });
}
