import { isTenant, LiluxError } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { newKey } from "../distributed/new-key.ts";
import { EXIT } from "../exit-codes.ts";

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
