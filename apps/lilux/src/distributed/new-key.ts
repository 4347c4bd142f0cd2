import { createHash, randomBytes } from "node:crypto";

const KEY_BYTES = 32;

/** A key, and the line that admits it. */
export function newKey(tenant: string): { key: string; entry: string } {
  const key = `lx_${randomBytes(KEY_BYTES).toString("base64url")}`;
  return { key, entry: entryOf(tenant, key) };
}

/** The line that admits a key. */
export function entryOf(tenant: string, key: string): string {
  return `${tenant}=sha256:${createHash("sha256").update(key).digest("hex")}`;
}
