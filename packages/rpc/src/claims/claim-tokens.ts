import {
  CarriedSettings,
  createParser,
  Effect,
  LiluxError,
  type Mandate,
  NO_TENANT,
  VERBS,
  verifiedTenant,
  Weight,
} from "@lilux/protocol";
import { importPKCS8, importSPKI, jwtVerify, SignJWT } from "jose";
import { Type } from "typebox";

/** Signs who a call is made for. Only the gateway, which saw the credential, has the key for it. */
export type SignClaim = (mandate: Mandate, validForMs: number) => Promise<string>;

/** Reads what the gateway signed. Rejects with `peer_unauthenticated`, also for one that is too old. */
export type VerifyClaim = (token: string) => Promise<Mandate>;

const ALGORITHM = "EdDSA";
const ISSUER = "lilux-gateway";
const AUDIENCE = "lilux";
/** Clocks of two machines differ by so much. */
const SKEW_SECONDS = 30;

const claims = createParser(
  Type.Object({
    tenant: Type.String(),
    sub: Type.String(),
    name: Type.Optional(Type.String()),
    verbs: Type.Array(Type.String()),
    weight: Type.Optional(Weight),
    settings: Type.Optional(CarriedSettings),
    secondPerson: Type.Optional(
      Type.Object({ effects: Type.Array(Effect), isSeenTo: Type.Boolean() }),
    ),
  }),
  "a claim",
);

/** Throws `config_invalid` when it is no Ed25519 private key in PEM. */
export async function createSignClaim(privateKeyPem: string): Promise<SignClaim> {
  const key = await importPKCS8(privateKeyPem, ALGORITHM).catch((cause: unknown) => {
    throw unusable("LILUX_CLAIM_KEY_FILE", cause);
  });
  return ({ tenant, person, name, verbs, weight, settings, secondPerson }, validForMs) =>
    // What is not said is left out of the JSON.
    new SignJWT({ tenant, name, verbs: [...verbs], weight, settings, secondPerson })
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(person)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime(Math.ceil((Date.now() + validForMs) / 1_000))
      .sign(key);
}

/** Throws `config_invalid` when it is no Ed25519 public key in PEM. */
export async function createVerifyClaim(publicKeyPem: string): Promise<VerifyClaim> {
  const key = await importSPKI(publicKeyPem, ALGORITHM).catch((cause: unknown) => {
    throw unusable("LILUX_CLAIM_PUBLIC_KEY_FILE", cause);
  });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ["exp"],
        clockTolerance: SKEW_SECONDS,
      });
      const { tenant: of, sub: person, verbs: given, ...said } = claims.parse(payload);
      const { name, weight, settings, secondPerson } = said;
      const verbs = new Set(VERBS.filter((verb) => given.includes(verb)));
      const tenant = of === NO_TENANT ? NO_TENANT : verifiedTenant(of);
      const mandate = { tenant, person, name, verbs, weight, settings, token };
      return secondPerson === undefined ? mandate : { ...mandate, secondPerson };
    } catch (cause) {
      throw new LiluxError("peer_unauthenticated", { cause });
    }
  };
}

function unusable(variable: string, cause: unknown): LiluxError {
  return new LiluxError("config_invalid", {
    message: `${variable} must name a file with an Ed25519 key in PEM. \`lilux credentials\` says how to make one.`,
    cause,
  });
}
