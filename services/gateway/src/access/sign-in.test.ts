import { generateKeyPairSync } from "node:crypto";
import { LiluxError, type SignIn, type TenantRecord } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { startIdentityProvider } from "@lilux/testkit/companies";
import { SignJWT } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { createReadToken } from "./sign-in.ts";

const ALONE = "https://login.acme.example";
const SHARED = "https://login.shared.example";

function recordOf(tenant: string, signIn: SignIn): TenantRecord {
  const none = { plan: "standard", limits: {}, settings: {} };
  return { tenant: testTenant(tenant), state: "active", createdAt: 0, signIn, ...none };
}

// Mutants: an unknown issuer, or an unknown tenant of a shared one, is answered with words of its own.
test("a token that somebody made up tells neither which companies are here nor their names", async () => {
  const provider = await startIdentityProvider();
  onTestFinished(() => provider.close());
  const common = { audience: "lilux", jwksUrl: provider.jwksUrl };
  const shared = { ...common, issuer: SHARED, tenantClaim: "company" };
  const known: Record<string, TenantRecord[]> = {
    [ALONE]: [recordOf("acme", { ...common, issuer: ALONE })],
    [SHARED]: [recordOf("globex", shared), recordOf("initech", shared)],
  };
  const read = createReadToken({
    directory: { tenantsOfIssuer: async (issuer) => known[issuer] ?? [] },
    fetchKeys: undefined,
    now: Date.now,
  });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const made = (claims: object, header: object = {}) =>
    new SignJWT({ sub: "eve", aud: "lilux", exp: Math.floor(Date.now() / 1_000) + 60, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "made-up", ...header })
      .sign(privateKey);
  const tokens = {
    "an issuer of nobody's": await made({ iss: "https://login.nobody.example" }),
    "an issuer of somebody's": await made({ iss: ALONE }),
    "no issuer": await made({}),
    "a tenant that is here": await made({ iss: SHARED, company: "globex" }),
    "a tenant that is not": await made({ iss: SHARED, company: "hooli" }),
    "a tenant of another issuer": await made({ iss: SHARED, company: "acme" }),
    "one that ended": await made({ iss: ALONE, exp: 1 }),
    "another audience": await made({ iss: ALONE, aud: "another" }),
  };
  const told = new Set<string>();
  for (const token of Object.values(tokens)) {
    const error = await read(token).then(
      () => undefined,
      (thrown: unknown) => LiluxError.from(thrown),
    );
    told.add(JSON.stringify(error?.toBody()));
  }
  expect([...told]).toEqual([expect.stringContaining('"unauthenticated"')]);
});
