import { createHash, timingSafeEqual } from "node:crypto";
import { isTenant, LiluxError } from "@lilux/protocol";

/** One key of one tenant, as its hash; a tenant may have several. */
export interface ApiKey {
  tenant: string;
  sha256: Buffer;
}

const ENTRY = /^([^=]*)=sha256:([0-9a-fA-F]{64})$/;

/**
 * Reads `tenant=sha256:<64 hex digits>` entries, parted by commas or lines;
 * `#` begins a comment line. Throws `config_invalid` with the place of the
 * entry and never its text, since it may be a key put there by mistake.
 */
export function parseApiKeys(text: string, where: string): ApiKey[] {
  const entries = text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "" && !entry.startsWith("#"));
  return entries.map((entry, index) => {
    const [, tenant, hex] = ENTRY.exec(entry) ?? [];
    if (tenant !== undefined && hex !== undefined && isTenant(tenant)) {
      return { tenant, sha256: Buffer.from(hex, "hex") };
    }
    throw new LiluxError("config_invalid", {
      message: `${where}: entry ${index + 1} is not of the form tenant=sha256:<64 hex digits>, with a tenant of a-z, 0-9 and -, at most 32 long.`,
    });
  });
}

/** Names who has a key, without telling anything of it: a hash of its hash, cut short. */
export function personOfKey({ tenant, sha256 }: ApiKey): string {
  const name = createHash("sha256").update(tenant).update(sha256).digest("base64url");
  return name.slice(0, PERSON_CHARACTERS).replaceAll("-", "_");
}

const PERSON_CHARACTERS = 16;

/** The entry of a key, or undefined. Every hash is compared, so time says nothing. */
export function keyOf(keys: readonly ApiKey[], key: string): ApiKey | undefined {
  const given = createHash("sha256").update(key).digest();
  let found: ApiKey | undefined;
  for (const entry of keys) {
    if (timingSafeEqual(entry.sha256, given)) found ??= entry;
  }
  return found;
}
