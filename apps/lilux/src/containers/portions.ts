import { readFileSync } from "node:fs";
import type { PartyName } from "@lilux/certificates";
import { type Credentials, natsConfig, redisUserList } from "../distributed/keep-credentials.ts";
import { IN_CONTAINER } from "./in-container.ts";

/** What a container gets, by the name of its file, beside its certificate. */
export type Portion = Readonly<Record<string, string>>;

export interface Handed {
  credentials: Credentials;
  /** Of nats-server, beside its users and certificates. */
  natsSettings: string;
  /** Signs resume tokens. */
  sessionSecret: string;
  /** Opens the gateway to whoever set this up; the gateway itself gets its digest only. */
  firstKey: { key: string; entry: string };
  postgresPassword: string;
}

/** Each container its own, and nothing of another's. */
export function portionsOf(handed: Handed): Record<PartyName, Portion> {
  const { credentials, natsSettings, sessionSecret, firstKey, postgresPassword } = handed;
  const read = (file: string): string => readFileSync(file, "utf8").trim();
  const nats = (user: string) => ({ "nats-password": read(credentials.natsPassword(user)) });
  const redis = (user: string) => ({ "redis-password": read(credentials.redisPassword(user)) });
  const kiwi = { "kiwi-secret": read(credentials.kiwiSecret) };
  const orchestrator = { "orchestrator-secret": read(credentials.orchestratorSecret) };
  const checks = { "claim-public-key": read(credentials.claimPublicKey) };
  return {
    gateway: {
      ...nats("gateway"),
      ...kiwi,
      ...orchestrator,
      "claim-key": read(credentials.claimKey),
      "session-secret": sessionSecret,
      "api-keys": firstKey.entry,
    },
    router: { ...nats("router"), ...redis("router"), ...kiwi },
    "context-warmer": { ...nats("context-warmer"), ...redis("context-warmer"), ...kiwi },
    orchestrator: {
      ...nats("orchestrator"),
      ...redis("orchestrator"),
      ...kiwi,
      ...orchestrator,
      ...checks,
    },
    kiwi: { ...nats("kiwi"), ...kiwi, ...checks },
    flywheel: nats("flywheel"),
    nats: { "nats.conf": natsConfig(credentials, { settings: natsSettings, tls: IN_CONTAINER }) },
    redis: { "users.acl": redisUserList(credentials) },
    postgres: { password: postgresPassword },
    operator: { ...nats("operator"), "first-key": firstKey.key },
  };
}
