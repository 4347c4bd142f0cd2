import { createHash } from "node:crypto";

/** The keys that the two tenants of the measurement have. */
export function keyOf(tenant: string): string {
  return `key-of-${tenant}`;
}

export function hashedKey(tenant: string): string {
  return `${tenant}=sha256:${createHash("sha256").update(keyOf(tenant)).digest("hex")}`;
}

export interface Sent {
  url: string;
  tenant: string;
  path: string;
  body: object;
}

/** A request with its deadline; the answer's body is the caller's to read. */
export function post({ url, tenant, path, body }: Sent): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${keyOf(tenant)}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
}
