import { KEY_KINDS, type KeyKind, keysOfKind } from "./keys.ts";

/** What a service does with the keys of one kind. */
type StoreAccess = "read" | "write";

/** Which service may do what in Redis: the one table that its users are made from. */
export const STORE_ACCESS = {
  router: { context: "read" },
  "context-warmer": { context: "write" },
  orchestrator: { history: "write", spending: "write", teaching: "write" },
} as const satisfies Readonly<Record<string, Partial<Record<KeyKind, StoreAccess>>>>;

export type StoreService = keyof typeof STORE_ACCESS;
export const STORE_SERVICES = Object.keys(STORE_ACCESS) as StoreService[];

/** INFO tells a client whether the server still loads. */
const ANYBODY = ["+info"];
const READING = ["+hmget"];
/**
 * `eval` runs our one script, whose commands and keys are checked like any others. `scan` shows names of
 * keys, also of others, and no values: whoever writes a kind deletes and measures what it holds of a tenant.
 */
const WRITING = [...READING, "+eval", "+hget", "+hset", "+pexpire", "+scan", "+hstrlen", "+del"];

/**
 * The users of redis-server, a line each, as an ACL file has them. `secretOf`
 * gives the rule of a password: `#` and its sha256, or `>` and the password.
 * Whoever names no user is refused, and no user sees channels or other keys.
 */
export function redisUsers(secretOf: (service: StoreService) => string): string {
  const lines = STORE_SERVICES.map((service) => userLine(service, secretOf(service)));
  return `${["user default off resetpass resetkeys resetchannels -@all", ...lines].join("\n")}\n`;
}

function userLine(service: StoreService, secret: string): string {
  const access: Partial<Record<KeyKind, StoreAccess>> = STORE_ACCESS[service];
  const kinds = KEY_KINDS.filter((kind) => access[kind] !== undefined);
  const keys = kinds.map((kind) => `${access[kind] === "read" ? "%R~" : "~"}${keysOfKind(kind)}`);
  const writes = kinds.some((kind) => access[kind] === "write");
  const commands = [...ANYBODY, ...(writes ? WRITING : READING)];
  return [
    "user",
    service,
    "on",
    "resetpass",
    secret,
    "resetkeys",
    ...keys,
    "resetchannels",
    "-@all",
    ...commands,
  ].join(" ");
}
