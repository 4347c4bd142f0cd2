import { createHash } from "node:crypto";
import { createParser, LiluxError, Role, type SignIn, type TenantRecord } from "@lilux/protocol";
import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type FetchImplementation,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { LRUCache } from "lru-cache";
import type { Directory } from "./directory.ts";
import type { SignedIn } from "./entry.ts";

/** Signatures of keys that the provider alone holds; none with a secret that both sides know, and no `none`. */
const ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];
const FETCH_WITHIN_MS = 3_000;
/** How long fetched keys count before they are fetched anew; an unknown one is asked for at once, twice a minute at most. */
const KEYS_FOR_MS = 600_000;
const COOLDOWN_MS = 30_000;
const PROVIDERS_MAX = 1_000;
const TOKEN_CHARACTERS_MAX = 8_192;
const CLOCK_SKEW_SECONDS = 30;
const PERSON_CHARACTERS = 20;
const NAME_CHARACTERS_MAX = 200;

/** Reads a token of a company's identity provider. Rejects with `unauthenticated`, or `database_unavailable`. */
export type ReadToken = (token: string) => Promise<SignedIn>;

const role = createParser(Role, "a role");
/** Whoever made it up learns neither which companies are here nor how they are called. */
const NOT_OURS = "is not signed by a provider that this server knows, for a tenant that is here";

/** Whether it may be one: three parts, the first of which is JSON. */
export function looksLikeToken(bearer: string): boolean {
  return /^eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(bearer);
}

export interface ReadTokenDeps {
  directory: Pick<Directory, "tenantsOfIssuer">;
  /** Undefined: any address may be asked. */
  fetchKeys: FetchImplementation | undefined;
  now(): number;
}

export function createReadToken({ directory, fetchKeys, now }: ReadTokenDeps): ReadToken {
  const { tenantsOfIssuer } = directory;
  const keySets = new LRUCache<string, ReturnType<typeof createRemoteJWKSet>>({
    max: PROVIDERS_MAX,
  });

  function keysAt(jwksUrl: string): ReturnType<typeof createRemoteJWKSet> {
    const known = keySets.get(jwksUrl);
    if (known !== undefined) return known;
    const keys = createRemoteJWKSet(new URL(jwksUrl), {
      timeoutDuration: FETCH_WITHIN_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEYS_FOR_MS,
      ...(fetchKeys && { [customFetch]: fetchKeys }),
    });
    keySets.set(jwksUrl, keys);
    return keys;
  }

  async function verified(token: string, { issuer, audience, jwksUrl }: SignIn) {
    const { payload } = await jwtVerify(token, keysAt(jwksUrl), {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ["sub", "exp"],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(now()),
    });
    return payload;
  }

  return async (token) => {
    if (token.length > TOKEN_CHARACTERS_MAX) throw refused("is too long");
    const claimed = claimsOf(token);
    const sharing = await tenantsOfIssuer(claimed.iss ?? "");
    const record = tenantMeant(sharing, claimed);
    if (record?.signIn == null) throw refused(NOT_OURS);
    // The claim chose whose keys to check with; only what those keys signed counts from here on.
    const payload = await verified(token, record.signIn).catch((thrown: unknown) => {
      throw asRefusal(thrown);
    });
    return {
      tenant: record.tenant,
      person: personOf(payload),
      name: nameOf(payload),
      role: roleOf(payload, record.signIn),
      until: (payload.exp ?? 0) * 1_000,
    };
  };
}

/** Stable for as long as the provider's subject is, and tells nothing of it. */
export function personOf({ iss, sub }: Pick<JWTPayload, "iss" | "sub">): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([iss, sub]))
    .digest("base64url");
  return `p_${digest.replaceAll("-", "_").slice(0, PERSON_CHARACTERS)}`;
}

/** For those who administer people: nobody else is told it. */
function nameOf(payload: JWTPayload): string {
  const named = [payload["name"], payload["email"]].find((name) => typeof name === "string");
  return typeof named === "string" ? named.slice(0, NAME_CHARACTERS_MAX) : "";
}

function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (cause) {
    throw refused("cannot be read", cause);
  }
}

/** Where a tenant says which claim names it, that has to be its name; where it does not, it is alone with its issuer. */
function tenantMeant(
  sharing: readonly TenantRecord[],
  claimed: JWTPayload,
): TenantRecord | undefined {
  const [only] = sharing;
  const isMeant = ({ tenant, signIn }: TenantRecord): boolean =>
    signIn?.tenantClaim !== undefined && claimed[signIn.tenantClaim] === tenant;
  if (sharing.length === 1 && only?.signIn?.tenantClaim === undefined) return only;
  return sharing.find(isMeant);
}

function roleOf(payload: JWTPayload, { roleClaim }: SignIn): Role | undefined {
  if (roleClaim === undefined) return undefined;
  const claimed = payload[roleClaim];
  return role.is(claimed) ? claimed : undefined;
}

function asRefusal(thrown: unknown): LiluxError {
  if (thrown instanceof errors.JWTExpired) return refused("has expired", thrown);
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    return refused(`is not for this server: its ${thrown.claim} is not the one wanted`, thrown);
  }
  if (thrown instanceof errors.JOSEError && !(thrown instanceof errors.JWKSTimeout)) {
    return refused(NOT_OURS, thrown);
  }
  return new LiluxError("sign_in_unavailable", { cause: thrown });
}

function refused(why: string, cause?: unknown): LiluxError {
  return new LiluxError("unauthenticated", { message: `The token ${why}. Sign in again.`, cause });
}
