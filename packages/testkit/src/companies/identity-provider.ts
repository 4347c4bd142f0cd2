import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { serveLocally } from "../serve-locally.ts";

/** A company's identity provider: its published keys over HTTP, and tokens that it signs. */
export interface IdentityProvider {
  issuer: string;
  jwksUrl: string;
  /** Signs with the newest key, for an hour unless told. */
  token(claims: JWTPayload, options?: { audience?: string; expiresAt?: number }): Promise<string>;
  /** Signs with another key from now on; those of before stay published. */
  rotate(): Promise<void>;
  /** Publishes no key but the one that it signs with. */
  withdraw(): void;
  close(): Promise<void>;
}

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const published: object[] = [];
  let made = 0;
  let signing: { kid: string; key: CryptoKey } | undefined;
  const { url: issuer, close } = await serveLocally((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ keys: published }));
  });

  async function rotate(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    made += 1;
    const kid = `key-${made}`;
    published.push({ ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" });
    signing = { kid, key: privateKey };
  }

  await rotate();
  return {
    issuer,
    jwksUrl: `${issuer}/keys`,
    rotate,
    withdraw: () => void published.splice(0, published.length - 1),
    async token(claims, { audience = "lilux", expiresAt = Date.now() + 3_600_000 } = {}) {
      if (signing === undefined) throw new Error("there is no key to sign with");
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", kid: signing.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(Math.floor(expiresAt / 1_000))
        .sign(signing.key);
    },
    close,
  };
}
