import { createHash, randomBytes } from "node:crypto";
import type { KeyScope, NewKey } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import type { TestGateway } from "./start-gateway.ts";

export const OPERATOR = "operators-key";
export const OPERATOR_KEYS = [
  { tenant: testTenant("ada"), sha256: createHash("sha256").update(OPERATOR).digest() },
];

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Asks a gateway as whoever has this key. */
export async function ask(
  { http }: Pick<TestGateway, "http">,
  key: string,
  [method, path, body]: readonly [method: string, path: string, body?: object],
): Promise<Answer> {
  const answer = await fetch(`${http}${path}`, {
    method,
    headers: { ...bearer(key), ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** A tenant that no other test has. */
export async function newTenant(gateway: TestGateway, given: object = {}): Promise<string> {
  const tenant = `t-${randomBytes(6).toString("hex")}`;
  const made = await ask(gateway, OPERATOR, ["POST", "/v1/admin/tenants", { tenant, ...given }]);
  if (made.status !== 201) throw new Error(JSON.stringify(made));
  return tenant;
}

export async function newKey(
  gateway: TestGateway,
  tenant: string,
  scopes: readonly KeyScope[],
  given: object = {},
): Promise<NewKey> {
  const body = { name: "a test's", scopes, ...given };
  const path = `/v1/admin/tenants/${tenant}/keys`;
  const made = await ask(gateway, OPERATOR, ["POST", path, body]);
  if (made.status !== 201) throw new Error(JSON.stringify(made));
  return made.body as unknown as NewKey;
}
