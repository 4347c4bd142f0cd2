import { OPERATOR_VERBS } from "@lilux/core/access";
import { LiluxError, LOCAL_TENANT, NO_TENANT } from "@lilux/protocol";
import type { ApiKey } from "./api-keys.ts";
import { keyOf, originsOf, personOfKey } from "./api-keys.ts";
import { type Caller, undividedCaller } from "./caller.ts";
import type { Entry } from "./entry.ts";
import { readKey } from "./key-text.ts";
import { foreignOrigin, strangePage } from "./loopback.ts";
import { looksLikeToken, type ReadToken } from "./sign-in.ts";
import type { Tickets } from "./tickets.ts";

export interface Credentials {
  headers: Record<string, string | string[] | undefined>;
  ticket: string | undefined;
}

/** Resolves to who asks; rejects with `unauthenticated` or `forbidden`. */
export type Authenticate = (credentials: Credentials) => Promise<Caller>;

export interface AuthenticateDeps {
  /** Those that count now. */
  keys(): readonly ApiKey[];
  /** Of whoever runs the server: the tenant of such an entry is the operator's own name. */
  operators: readonly ApiKey[];
  /** Where tenants are records of a database. */
  records:
    | { entry: Entry; readToken: ReadToken; bound(caller: Caller): Promise<Caller> }
    | undefined;
  origins: readonly string[];
  tickets: Tickets;
}

/** Whoever sits at a machine without keys. */
const LOCAL_PERSON = "local";

/** Who asks, from verified credentials alone. Without keys everyone on this machine is `local`. */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  const { keys, operators, records, origins, tickets } = deps;
  const isOpen = (): boolean =>
    keys().length === 0 && operators.length === 0 && records === undefined;

  async function ofBearer(bearer: string): Promise<Caller> {
    if (records !== undefined) {
      const given = readKey(bearer);
      if (given !== undefined) return records.entry.byKey(given);
      if (looksLikeToken(bearer)) return records.entry.bySignIn(await records.readToken(bearer));
    }
    const key = keyOf(keys(), bearer);
    if (key !== undefined) return undividedCaller(key.tenant, personOfKey(key));
    const operator = keyOf(operators, bearer);
    if (operator === undefined) throw new LiluxError("unauthenticated");
    return { tenant: NO_TENANT, person: `operator ${operator.tenant}`, verbs: OPERATOR_VERBS };
  }

  async function ofCredentials({ headers, ticket }: Credentials): Promise<Caller> {
    if (isOpen()) {
      const problem = foreignOrigin({
        host: text(headers["host"]),
        origin: text(headers["origin"]),
        fetchSite: text(headers["sec-fetch-site"]),
      });
      if (problem !== undefined) throw new LiluxError("forbidden", { message: problem });
      return undividedCaller(LOCAL_TENANT, LOCAL_PERSON);
    }
    const page = { host: text(headers["host"]), origin: text(headers["origin"]) };
    if (ticket !== undefined) {
      // Whose it is, only redeeming it says, and that can be done once.
      refuseStrange(strangePage(page, { origins: originsOf(keys(), origins), hasTicket: true }));
      const caller = await tickets.redeem(ticket);
      // It was given to somebody who may have lost what it was given for.
      return records === undefined ? caller : records.entry.again(caller);
    }
    const bearer = bearerOf(text(headers["authorization"]));
    const own = [...origins, ...(keyOf(keys(), bearer)?.origins ?? [])];
    refuseStrange(strangePage(page, { origins: own, hasTicket: false }));
    return ofBearer(bearer);
  }

  return async (credentials) => {
    const caller = await ofCredentials(credentials);
    return records === undefined ? caller : records.bound(caller);
  };
}

function refuseStrange(reason: string | undefined): void {
  if (reason !== undefined) throw new LiluxError("forbidden", { message: reason });
}

function bearerOf(header: string | undefined): string {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "";
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(",") : header;
}
