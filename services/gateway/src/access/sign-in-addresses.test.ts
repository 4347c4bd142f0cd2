import { isPublicAddress } from "@lilux/runtime";
import { serveLocally, testTenant } from "@lilux/testkit";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { ask, newTenant, OPERATOR, OPERATOR_KEYS } from "../testing/records-client.ts";
import { sharedTenantDatabase } from "../testing/shared-tenant-database.ts";
import { startForTest } from "../testing/start-for-test.ts";
import { createReadToken } from "./sign-in.ts";
import { createSignInAddresses } from "./sign-in-addresses.ts";

const database = sharedTenantDatabase();
const ISSUER = "https://id.example";

/** A company's server on this machine, and a token that its key signed. */
async function provider() {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const asked: string[] = [];
  const keys = [{ ...(await exportJWK(publicKey)), kid: "k", alg: "ES256" }];
  const { url, close } = await serveLocally((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/moved") response.writeHead(302, { location: "/keys" }).end();
    else response.end(JSON.stringify({ keys }));
  });
  onTestFinished(close);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: "ES256", kid: "k" })
    .setIssuer(ISSUER)
    .setAudience("lilux")
    .setSubject("ann")
    .setExpirationTime("1h")
    .sign(privateKey);
  return { port: new URL(url).port, token, asked };
}

interface SignInOptions {
  allowed?: "public" | "any";
  /** What names stand for. */
  resolve?: () => string[];
  isPublic?: (address: string) => boolean;
}

/** Who signs in by keys at this address. */
function signInBy(
  jwksUrl: string,
  { allowed = "public", resolve = () => ["127.0.0.1"], isPublic = isPublicAddress }: SignInOptions,
) {
  const signIn = { issuer: ISSUER, audience: "lilux", jwksUrl };
  const record = {
    tenant: testTenant("acme"),
    state: "active" as const,
    plan: "team",
    limits: {},
    settings: {},
    signIn,
    createdAt: 0,
  };
  const familyOf = (address: string) => (address.includes(":") ? 6 : 4);
  const addresses = createSignInAddresses(allowed, {
    lookup: (_host, _options, done) =>
      done(
        null,
        resolve().map((address) => ({ address, family: familyOf(address) })),
      ),
    isPublic,
  });
  const readToken = createReadToken({
    directory: { tenantsOfIssuer: async () => [record] },
    fetchKeys: addresses.fetchKeys,
    now: Date.now,
  });
  return { readToken, assertAllowed: () => addresses.assertAllowed(signIn) };
}

// Mutants: `guarded` looks at the first answer alone; the literal is not looked at; `fetchKeys` is left out.
test("no provider's keys are asked for in a private network, whatever its name stood for when it was set", async () => {
  const { port, token, asked } = await provider();
  let answers = ["93.184.215.14"];
  const moving = signInBy(`http://id.example:${port}/keys`, { resolve: () => answers });
  await moving.assertAllowed();
  for (const rebound of [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::1"]]) {
    answers = rebound;
    await expect(moving.readToken(token)).rejects.toMatchObject({ code: "sign_in_unavailable" });
    await expect(moving.assertAllowed()).rejects.toMatchObject({ code: "invalid_request" });
  }
  for (const host of ["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]) {
    const plain = signInBy(`http://${host}:${port}/keys`, {});
    await expect(plain.readToken(token)).rejects.toMatchObject({ code: "sign_in_unavailable" });
  }
  expect(asked).toEqual([]);
  const free = signInBy(`http://127.0.0.1:${port}/keys`, { allowed: "any" });
  expect(await free.readToken(token)).toMatchObject({ tenant: "acme" });
});

// Mutant: `read` follows, or takes what comes with a redirect for keys.
test("an allowed provider's keys are read where its name stands, and its redirects are not followed", async () => {
  const { port, token, asked } = await provider();
  const isPublic = () => true;
  const moved = signInBy(`http://id.example:${port}/moved`, { isPublic });
  await expect(moved.readToken(token)).rejects.toMatchObject({ code: "unauthenticated" });
  const at = signInBy(`http://id.example:${port}/keys`, { isPublic });
  expect(await at.readToken(token)).toMatchObject({ tenant: "acme" });
  expect(asked).toEqual(["/moved", "/keys"]);
});

const IMDS = "http://169.254.169.254/latest/meta-data";

// Mutant: `assertAllowed` is not asked before the change.
test.each([
  ["jwksUrl", IMDS],
  ["jwksUrl", "https://10.0.0.7/keys"],
  ["jwksUrl", "https://[fd00::7]/keys"],
  ["jwksUrl", "https://localhost/keys"],
  ["issuer", "https://192.168.1.1"],
])(
  "a tenant's sign-in whose %s is %s is refused by name, and nothing is changed",
  async (field, url) => {
    const gateway = await startForTest({
      tenantDatabase: database(),
      config: {
        operatorKeys: OPERATOR_KEYS,
        tenantsDatabaseUrl: "pglite:memory",
        signInAddresses: "public",
      },
    });
    const tenant = await newTenant(gateway);
    const path = `/v1/admin/tenants/${tenant}`;
    const plain = { issuer: "https://8.8.8.8", audience: "lilux", jwksUrl: "https://8.8.8.8/keys" };
    const change = { plan: "other", signIn: { ...plain, [field]: url } };
    expect(await ask(gateway, OPERATOR, ["PATCH", path, change])).toMatchObject({
      status: 400,
      body: { code: "invalid_request", details: { field: `signIn.${field}` } },
    });
    const { body } = await ask(gateway, OPERATOR, ["GET", path]);
    expect(body).toMatchObject({ plan: "standard", signIn: null });
    const set = await ask(gateway, OPERATOR, ["PATCH", path, { signIn: plain }]);
    expect(set.status).toBe(200);
  },
);
