import { createHash, generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { NATS_USERS, natsUsers } from "@lilux/bus";
import { type TlsFiles, tlsFilesIn } from "@lilux/certificates";
import { redisUsers, STORE_SERVICES } from "@lilux/context-store";
import { keepSecret } from "../embedded/keep-secret.ts";
import { writePrivate } from "../embedded/write-private.ts";

/** Where the credentials of a set lie; each file holds one and is its owner's alone. */
export interface Credentials {
  /** Of nats-server: its users and what they may do. */
  natsConfig: string;
  /** Of redis-server: the same. It holds digests only. */
  redisUsers: string;
  natsPassword(user: string): string;
  redisPassword(service: string): string;
  kiwiSecret: string;
  orchestratorSecret: string;
  /** Signs who a call is made for: the gateway's alone. */
  claimKey: string;
  claimPublicKey: string;
  /** The folder of the authority and of everybody's certificates. */
  certificates: string;
}

export function credentialsIn(stateDirectory: string): Credentials {
  const folder = join(stateDirectory, "credentials");
  return {
    natsConfig: join(folder, "nats.conf"),
    redisUsers: join(folder, "redis-users.acl"),
    natsPassword: (user) => join(folder, `nats-${user}`),
    redisPassword: (service) => join(folder, `redis-${service}`),
    kiwiSecret: join(folder, "kiwi-secret"),
    orchestratorSecret: join(folder, "orchestrator-secret"),
    claimKey: join(folder, "claim-key.pem"),
    claimPublicKey: join(folder, "claim-public-key.pem"),
    certificates: join(stateDirectory, "certificates"),
  };
}

/**
 * Makes what is missing of a set's credentials and keeps what is there, so that
 * removing a file and starting again is how one is changed. The servers' files
 * are made anew each time: what a service may do follows the program.
 */
export function keepCredentials(stateDirectory: string, natsSettings: string): Credentials {
  const files = keepSecrets(stateDirectory);
  const tls = tlsFilesIn(files.certificates, "nats");
  writePrivate(files.natsConfig, natsConfig(files, { settings: natsSettings, tls }));
  writePrivate(files.redisUsers, redisUserList(files));
  return files;
}

/** The secrets alone: what is missing is made, what is there is kept. */
export function keepSecrets(stateDirectory: string): Credentials {
  const files = credentialsIn(stateDirectory);
  const folder = join(stateDirectory, "credentials");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  keepSecret(files.kiwiSecret);
  keepSecret(files.orchestratorSecret);
  keepClaimKeys(files);
  for (const user of NATS_USERS) keepSecret(files.natsPassword(user));
  for (const service of STORE_SERVICES) keepSecret(files.redisPassword(service));
  return files;
}

/** What nats-server is started with: who its users are, and that nobody without a certificate is heard. */
export function natsConfig(
  { natsPassword }: Credentials,
  { settings, tls }: { settings: string; tls: TlsFiles },
): string {
  const users = natsUsers((user) => JSON.stringify(keepSecret(natsPassword(user))));
  return [settings, natsTls(tls), users].join("\n");
}

/** What redis-server is started with: digests only. */
export function redisUserList({ redisPassword }: Credentials): string {
  return redisUsers((service) => `#${digestOf(keepSecret(redisPassword(service)))}`);
}

/** Both or neither: a private key without its public half is of no use. */
function keepClaimKeys({ claimKey, claimPublicKey }: Credentials): void {
  if (existsSync(claimKey) && existsSync(claimPublicKey)) {
    for (const file of [claimKey, claimPublicKey]) chmodSync(file, 0o600);
    return;
  }
  const { privateKey, publicKey } = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  writePrivate(claimKey, privateKey);
  writePrivate(claimPublicKey, publicKey);
}

/** Without a certificate of ours nobody gets as far as a password. */
function natsTls({ authority, certificate, key }: TlsFiles): string {
  return [
    "tls {",
    `  ca_file: ${JSON.stringify(authority)}`,
    `  cert_file: ${JSON.stringify(certificate)}`,
    `  key_file: ${JSON.stringify(key)}`,
    "  verify: true",
    "  timeout: 10",
    "}",
    "",
  ].join("\n");
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
