import { createHash } from "node:crypto";

/** The sha256 (base64url) that a text's embedding is known by, in memory, on disk and between services. */
export function textHashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
