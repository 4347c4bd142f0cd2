import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { openTls, type PartyName, type Tls } from "@lilux/certificates";
import { LiluxError } from "@lilux/protocol";
import { Type } from "typebox";
import { setting } from "./settings.ts";

/** Goes into headers and configuration files as it is: no spaces, nothing beyond ASCII. */
const SECRET = "^[\\x21-\\x7e]{8,1024}$";
const Secret = Type.String({ pattern: SECRET });

/** A secret, in a variable or, better, in a file that only the service may read. */
function secret(variable: string, sentence: string) {
  return setting(variable, `${sentence} Better in a file: \`${variable}_FILE\`.`, Secret);
}

/** The file that stands above the variable which holds the secret itself. */
export function secretFile(variable: string, sentence: string) {
  return setting(`${variable}_FILE`, `${sentence} Stands above \`${variable}\`.`, Type.String(), {
    read: readSecret,
  });
}

/** As `secretFile`, for a secret that a deployment may be without: an empty file is none. */
export function secretFileIfAny(variable: string, sentence: string) {
  const says = `${sentence} An empty one is none. Stands above \`${variable}\`.`;
  return setting(`${variable}_FILE`, says, Type.String(), {
    read: (path) => (readText(path) === "" ? undefined : readSecret(path)),
  });
}

export const natsCredentials = {
  natsUser: setting(
    "LILUX_NATS_USER",
    "Who the service is to NATS; without it, whoever `LILUX_NATS_URL` says.",
    Type.String(),
  ),
  natsPassword: secret("LILUX_NATS_PASSWORD", "The user's password."),
  natsPasswordFile: secretFile("LILUX_NATS_PASSWORD", "A file that holds the user's password."),
};

export const redisCredentials = {
  redisUser: setting(
    "LILUX_REDIS_USER",
    "Who the service is to Redis; without it, whoever `LILUX_REDIS_URL` says.",
    Type.String(),
  ),
  redisPassword: secret("LILUX_REDIS_PASSWORD", "The user's password."),
  redisPasswordFile: secretFile("LILUX_REDIS_PASSWORD", "A file that holds the user's password."),
};

/** What a service of its own shows to the others, and knows them by. */
export const tlsSettings = {
  tlsCa: setting(
    "LILUX_TLS_CA_FILE",
    "The authority, in PEM, whose certificates are believed. With it and the two below, gRPC is spoken over TLS with certificates on both sides, and so are NATS and Redis where their addresses are `tls://` and `rediss://`.",
    Type.String(),
  ),
  tlsCert: setting(
    "LILUX_TLS_CERT_FILE",
    "The service's certificate, in PEM; read again when it changes.",
    Type.String(),
  ),
  tlsKey: setting("LILUX_TLS_KEY_FILE", "The certificate's private key, in PEM.", Type.String()),
};

/** The three files or none. Throws `config_invalid` for what no connection could be made with. */
export function openTlsOf(
  config: {
    tlsCa?: string | undefined;
    tlsCert?: string | undefined;
    tlsKey?: string | undefined;
  },
  expected: PartyName,
  onChange: (trouble: Error | undefined) => void,
): Tls | undefined {
  const { tlsCa: authority, tlsCert: certificate, tlsKey: key } = config;
  if (authority === undefined && certificate === undefined && key === undefined) return undefined;
  if (authority === undefined || certificate === undefined || key === undefined) {
    throw new LiluxError("config_invalid", {
      message:
        "LILUX_TLS_CA_FILE, LILUX_TLS_CERT_FILE and LILUX_TLS_KEY_FILE belong together. Set all of them, or none.",
    });
  }
  return openTls({ expected, files: { authority, certificate, key }, onChange });
}

/** For the tool core and for those who call it. */
export const kiwiSecretSettings = {
  kiwiSecret: secret("LILUX_KIWI_SECRET", "What every gRPC call to the tool core must bring."),
  kiwiSecretFile: secretFile("LILUX_KIWI_SECRET", "A file that holds the tool core's secret."),
};

/** For the orchestrator and for those who call it. */
export const orchestratorSecretSettings = {
  orchestratorSecret: secret(
    "LILUX_ORCHESTRATOR_SECRET",
    "What every gRPC call to the orchestrator must bring.",
  ),
  orchestratorSecretFile: secretFile(
    "LILUX_ORCHESTRATOR_SECRET",
    "A file that holds the orchestrator's secret.",
  ),
};

/** For the gateway, which says who a call is made for. */
export const claimSignSettings = {
  claimKey: setting(
    "LILUX_CLAIM_KEY_FILE",
    "A file with the Ed25519 private key, in PEM, that signs who a call to the tool core or the orchestrator is made for. Tenants that are records need one where services are processes of their own.",
    Type.String(),
    { read: readPem },
  ),
  claimKeyText: setting(
    "LILUX_CLAIM_KEY",
    "The same key itself, as `lilux credentials` writes it on one line. Better in a file: `LILUX_CLAIM_KEY_FILE`, which stands above it.",
    Type.String(),
    { read: (text) => readDer(text, "private") },
  ),
};

/** For those who check it. */
export const claimVerifySettings = {
  claimPublicKey: setting(
    "LILUX_CLAIM_PUBLIC_KEY_FILE",
    "A file with the public half of `LILUX_CLAIM_KEY_FILE`, in PEM: whatever changes anything has to bring what that key signed, and is refused for any tenant but the one it names.",
    Type.String(),
    { read: readPem },
  ),
  claimPublicKeyText: setting(
    "LILUX_CLAIM_PUBLIC_KEY",
    "The same public half itself, as `lilux credentials` writes it on one line. `LILUX_CLAIM_PUBLIC_KEY_FILE` stands above it.",
    Type.String(),
    { read: (text) => readDer(text, "public") },
  ),
};

/** What signs claims, in PEM, from wherever it was given. */
export function claimKeyOf(config: {
  claimKey?: string | undefined;
  claimKeyText?: string | undefined;
}): string | undefined {
  return config.claimKey ?? config.claimKeyText;
}

/** What claims are checked by, in PEM, from wherever it was given. */
export function claimPublicKeyOf(config: {
  claimPublicKey?: string | undefined;
  claimPublicKeyText?: string | undefined;
}): string | undefined {
  return config.claimPublicKey ?? config.claimPublicKeyText;
}

function readDer(text: string, half: "private" | "public"): string {
  const key = Buffer.from(text, "base64url");
  try {
    return half === "private"
      ? String(
          createPrivateKey({ key, format: "der", type: "pkcs8" }).export({
            format: "pem",
            type: "pkcs8",
          }),
        )
      : String(
          createPublicKey({ key, format: "der", type: "spki" }).export({
            format: "pem",
            type: "spki",
          }),
        );
  } catch {
    throw new Error(`must be a ${half} key on one line, as \`lilux credentials\` writes it`);
  }
}

function readPem(path: string): string {
  const text = readText(path);
  if (/^-----BEGIN [A-Z ]+-----/.test(text)) return text;
  throw new Error("must name a file with a key in PEM");
}

function readSecret(path: string): string {
  const text = readText(path);
  if (new RegExp(SECRET).test(text)) return text;
  throw new Error("must name a file with one line of 8 to 1,024 visible ASCII characters");
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`names a file that cannot be read (${code ?? "unknown"})`);
  }
}

/** Where the bus is, and who the service is to it. */
export function natsAddress(config: {
  natsUrl: string;
  natsUser?: string | undefined;
  natsPassword?: string | undefined;
  natsPasswordFile?: string | undefined;
}) {
  const { natsUrl: url, natsUser: user } = config;
  return { url, user, password: config.natsPasswordFile ?? config.natsPassword };
}

/** Where the context store is, and who the service is to it. */
export function redisAddress(config: {
  redisUrl: string;
  redisUser?: string | undefined;
  redisPassword?: string | undefined;
  redisPasswordFile?: string | undefined;
}) {
  const { redisUrl: url, redisUser: user } = config;
  return { url, user, password: config.redisPasswordFile ?? config.redisPassword };
}

export function kiwiSecretOf(config: {
  kiwiSecret?: string | undefined;
  kiwiSecretFile?: string | undefined;
}): string | undefined {
  return config.kiwiSecretFile ?? config.kiwiSecret;
}

export function orchestratorSecretOf(config: {
  orchestratorSecret?: string | undefined;
  orchestratorSecretFile?: string | undefined;
}): string | undefined {
  return config.orchestratorSecretFile ?? config.orchestratorSecret;
}
