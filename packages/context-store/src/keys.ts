import { assertTenant, LiluxError, type Tenant } from "@lilux/protocol";

const SESSION = /^[A-Za-z0-9_-]{1,128}$/;

/** The only place where keys are made. The session is hash-tagged: its keys share a slot. */
export const keys = {
  context: (tenant: Tenant, session: string) => build("context", tenant, session),
  history: (tenant: Tenant, session: string) => build("history", tenant, session),
  /** What a tenant used of its language models; one value for all of its sessions. */
  spending: (tenant: Tenant) => build("spending", tenant, "all"),
  /** Who teaches a tenant's router now, and what that took today. */
  teaching: (tenant: Tenant, part: "lease" | "spent") => build("teaching", tenant, part),
} as const;

export type KeyKind = keyof typeof keys;
export const KEY_KINDS = Object.keys(keys) as KeyKind[];

/** All keys of a kind, as a pattern. */
export function keysOfKind(kind: KeyKind): string {
  return `lilux:v1:${kind}:*`;
}

/** The head of all keys of a kind of a tenant, and of no other's. */
export function keysOfTenant(kind: KeyKind, tenant: Tenant): string {
  return `lilux:v1:${kind}:${assertTenant(tenant)}:`;
}

/** Whose a key is, where it is of this kind. */
export function tenantOfKey(kind: KeyKind, key: string): string | undefined {
  const [, , kindOfKey, tenant] = key.split(":");
  return kindOfKey === kind ? tenant : undefined;
}

/** Whose a key is, where losing losing it costs its owner only that something is slower: those give way where it is full. */
export function ownerOf(key: string): string {
  const [, , kind = "", tenant = ""] = key.split(":");
  return kind === "context" || kind === "history" ? tenant : SERVER;
}

/** What was spent, and who teaches: a handful of small ones a tenant, by which it is bounded itself. */
const SERVER = "";

function build(kind: KeyKind, tenant: Tenant, session: string): string {
  if (!SESSION.test(session)) {
    throw new LiluxError("internal", { cause: new Error("a session id outside [A-Za-z0-9_-]") });
  }
  return `lilux:v1:${kind}:${assertTenant(tenant)}:{${session}}`;
}
