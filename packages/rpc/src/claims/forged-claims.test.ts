import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import { expect, test } from "vitest";
import { createVerifyClaim } from "./claim-tokens.ts";

const ours = generateKeyPairSync("ed25519");
const strangers = generateKeyPairSync("ed25519");
const pem = ours.publicKey.export({ type: "spki", format: "pem" }).toString();
const verify = await createVerifyClaim(pem);

const now = (): number => Math.floor(Date.now() / 1_000);
const SAID = {
  tenant: "acme",
  sub: "p_1",
  verbs: ["read", "run"],
  iss: "lilux-gateway",
  aud: "lilux",
};

interface Made {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: KeyObject | Uint8Array;
}

/** What the gateway signs, but for what is said. */
function token({ claims = {}, header = {}, key = ours.privateKey }: Made = {}): Promise<string> {
  return new SignJWT({ ...SAID, exp: now() + 60, ...claims })
    .setProtectedHeader({ alg: "EdDSA", ...header })
    .sign(key);
}

const base64url = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

// Mutants: `audience`, `issuer`, `requiredClaims` or `algorithms` left out of `jwtVerify`; a tenant that is taken as it stands.
test("what our own key signed for anything else, and what names its own way to be checked, stands for nobody", async () => {
  expect(await verify(await token())).toMatchObject({ tenant: "acme", person: "p_1" });
  const [head = "", body = "", signature = ""] = (await token()).split(".");
  const jwk = await exportJWK(strangers.publicKey);
  const others = `${base64url({ ...SAID, tenant: "globex", exp: now() + 60 })}`;
  const forged: Record<string, string> = {
    "another audience": await token({ claims: { aud: "lilux-tickets" } }),
    "no audience": await token({ claims: { aud: undefined } }),
    "another issuer": await token({ claims: { iss: "lilux-kiwi" } }),
    "no end": await token({ claims: { exp: undefined } }),
    "its end is past": await token({ claims: { exp: now() - 60 } }),
    "not yet": await token({ claims: { nbf: now() + 600 } }),
    nobody: await token({ claims: { sub: undefined } }),
    "no tenant": await token({ claims: { tenant: undefined } }),
    "a tenant that none can be": await token({ claims: { tenant: "acme/../globex" } }),
    "a list for a tenant": await token({ claims: { tenant: ["acme"] } }),
    "a text for verbs": await token({ claims: { verbs: "read run operate" } }),
    "the public key as a secret": await token({
      header: { alg: "HS256" },
      key: new TextEncoder().encode(pem),
    }),
    "the public key's bytes as a secret": await token({
      header: { alg: "HS256" },
      key: createPublicKey(pem).export({ type: "spki", format: "der" }),
    }),
    "a key of its own in its head": await token({ header: { jwk }, key: strangers.privateKey }),
    "no algorithm": `${base64url({ alg: "none" })}.${body}.`,
    "another body": `${head}.${others}.${signature}`,
    "no signature": `${head}.${body}.`,
    nothing: "",
  };
  const taken: string[] = [];
  for (const [what, made] of Object.entries(forged)) {
    const outcome = await verify(made).then(
      () => "taken",
      (error: { code?: string }) => error.code,
    );
    if (outcome !== "peer_unauthenticated") taken.push(`${what}: ${outcome}`);
  }
  expect(taken).toEqual([]);
});
