import { LiluxError } from "@lilux/protocol";

/** What of a tenant is used up. */
export type TenantLimit =
  | "requests"
  | "frames"
  | "bytes"
  | "predictions"
  | "turns"
  | "sessions"
  | "sockets"
  | "connections";

/** When nobody can say how long it takes until something is free. */
const TRY_AGAIN_MS = 1_000;

/** Says what is used up and when to come again; REST makes a Retry-After of it. */
export function rateLimited(limit: TenantLimit, retryAfterMs = TRY_AGAIN_MS): LiluxError {
  const waitMs = Math.max(1, Math.ceil(retryAfterMs));
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new LiluxError("rate_limited", {
    message: `This tenant's ${limit} are used up. Try again in ${seconds} s.`,
    details: { limit, retryAfterMs: waitMs },
  });
}

/** Whole seconds to wait, from an error that says it; 1 when it does not. */
export function retryAfterSeconds({ details }: LiluxError): number {
  const { retryAfterMs } = details ?? {};
  return typeof retryAfterMs === "number" ? Math.max(1, Math.ceil(retryAfterMs / 1_000)) : 1;
}
