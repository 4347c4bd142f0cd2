import type { TenantAccount } from "../admit/tenants.ts";

/** As draft-ietf-httpapi-ratelimit-headers names them. */
export function quotaHeaders(account: TenantAccount): Record<string, string> {
  const { limit, windowSeconds, left, fullInSeconds } = account.quota();
  return {
    "ratelimit-policy": `"requests";q=${limit};w=${windowSeconds}`,
    ratelimit: `"requests";r=${left};t=${fullInSeconds}`,
  };
}
