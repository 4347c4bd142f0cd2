import { createHash } from "node:crypto";

const DIGITS = 12;

/**
 * Whether a session is among the share that a trial answers. The same session always is or is not,
 * on every machine; a larger share holds all of a smaller one; another trial draws anew.
 */
export function isInShare(
  { tenant, sessionId, trial }: { tenant: string; sessionId: string; trial: string },
  share: number,
): boolean {
  const digest = createHash("sha256").update(JSON.stringify([trial, tenant, sessionId]));
  const place = Number.parseInt(digest.digest("hex").slice(0, DIGITS), 16) / 16 ** DIGITS;
  return place < share;
}
