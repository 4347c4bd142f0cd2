import { LiluxError, LOCAL_TENANT } from "@lilux/protocol";
import type { ApiKey } from "./api-keys.ts";
import { keyOf, originsOf, personOfKey } from "./api-keys.ts";
import type { Caller } from "./caller.ts";
import { foreignOrigin, strangePage } from "./loopback.ts";
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
  origins: readonly string[];
  tickets: Tickets;
}

/** Whoever sits at a machine without keys. */
const LOCAL_PERSON = "local";

/** Who asks, from verified credentials alone. Without keys everyone on this machine is `local`. */
export function createAuthenticate({ keys, origins, tickets }: AuthenticateDeps): Authenticate {
  return async ({ headers, ticket }) => {
    const known = keys();
    if (known.length === 0) {
      const problem = foreignOrigin({
        host: text(headers["host"]),
        origin: text(headers["origin"]),
        fetchSite: text(headers["sec-fetch-site"]),
      });
      if (problem !== undefined) throw new LiluxError("forbidden", { message: problem });
      return { tenant: LOCAL_TENANT, person: LOCAL_PERSON };
    }
    const page = { host: text(headers["host"]), origin: text(headers["origin"]) };
    if (ticket !== undefined) {
      // Whose it is, only redeeming it says, and that can be done once.
      refuseStrange(strangePage(page, { origins: originsOf(known, origins), hasTicket: true }));
      return tickets.redeem(ticket);
    }
    const key = keyOf(known, bearerOf(text(headers["authorization"])));
    const own = [...origins, ...(key?.origins ?? [])];
    refuseStrange(strangePage(page, { origins: own, hasTicket: false }));
    if (key === undefined) throw new LiluxError("unauthenticated");
    return { tenant: key.tenant, person: personOfKey(key) };
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
