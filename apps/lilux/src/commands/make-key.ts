import { createHash, randomBytes } from "node:crypto";
import { isTenant, LiluxError } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

const KEY_BYTES = 32;

/** `lilux key <tenant>`: a new key, shown once, and its hash for LILUX_API_KEYS. */
export async function makeKey(
  { json, print }: CommandContext,
  [tenant = ""]: string[],
): Promise<number> {
  if (!isTenant(tenant)) {
    throw new LiluxError("invalid_request", {
      message: "A tenant is 1 to 32 lower-case letters, digits and hyphens.",
      details: { field: "tenant" },
    });
  }
  const { key, entry } = newKey(tenant);
  if (json) print(JSON.stringify({ tenant, key, entry }, null, 2));
  else
    print(
      `Give this to ${tenant}; it is not kept here:\n  ${key}\nAdd this to LILUX_API_KEYS:\n  ${entry}`,
    );
  return EXIT.ok;
}

/** A key, and the line that admits it. */
export function newKey(tenant: string): { key: string; entry: string } {
  const key = `lx_${randomBytes(KEY_BYTES).toString("base64url")}`;
  return { key, entry: entryOf(tenant, key) };
}

/** The line that admits a key. */
export function entryOf(tenant: string, key: string): string {
  return `${tenant}=sha256:${createHash("sha256").update(key).digest("hex")}`;
}
