import { createHash, timingSafeEqual } from "node:crypto";
import { isTenant, LiluxError, type Tenant, verifiedTenant } from "@lilux/protocol";
import { readOrigins } from "./read-origins.ts";

/** One key of one tenant, as its hash; a tenant may have several. */
export interface ApiKey {
  tenant: Tenant;
  sha256: Buffer;
  /** Origins of pages that may use it, lower case; where there are none it is not bound to any. */
  origins?: readonly string[];
}

const ENTRY = /^([^=]*)=sha256:([0-9a-fA-F]{64})((?:[ \t]+\S+)*)$/;

/**
 * Reads `tenant=sha256:<64 hex digits>` entries, parted by commas or lines, each with the origins of
 * pages that may use it behind it;
 * `#` begins a comment line. Throws `config_invalid` with the place of the
 * entry and never its text, since it may be a key put there by mistake.
 */
export function parseApiKeys(text: string, where: string): ApiKey[] {
  const entries = text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "" && !entry.startsWith("#"));
  return entries.map((entry, index) => {
    const [, tenant, hex, pages = ""] = ENTRY.exec(entry) ?? [];
    const origins = readOrigins(pages);
    if (tenant !== undefined && hex !== undefined && origins !== undefined && isTenant(tenant)) {
      const sha256 = Buffer.from(hex, "hex");
      const of = { tenant: verifiedTenant(tenant), sha256 };
      return origins.length === 0 ? of : { ...of, origins };
    }
    throw new LiluxError("config_invalid", {
      message: `${where}: entry ${index + 1} is not of the form tenant=sha256:<64 hex digits>, with a tenant of a-z, 0-9 and -, at most 32 long, and behind it, where only some pages may use it, their origins, such as https://app.example.`,
    });
  });
}

/** Every origin that some key names, and those of all. */
export function originsOf(keys: readonly ApiKey[], ofAll: readonly string[]): readonly string[] {
  return [...ofAll, ...keys.flatMap(({ origins = [] }) => origins)];
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
