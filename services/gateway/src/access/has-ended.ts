import type { KeyRecord } from "@lilux/protocol";

/** Whether a key opens nothing any more: it was revoked, or its time is over. `now` in Unix milliseconds. */
export function hasEnded(
  { revokedAt, expiresAt }: Pick<KeyRecord, "revokedAt" | "expiresAt">,
  now: number,
): boolean {
  return revokedAt !== null || (expiresAt !== null && expiresAt <= now);
}
