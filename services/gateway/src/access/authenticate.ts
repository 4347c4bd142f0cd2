import { LiluxError, LOCAL_TENANT } from "@lilux/protocol";
import type { ApiKey } from "./api-keys.ts";
import { tenantOfKey } from "./api-keys.ts";
import { foreignOrigin, strangePage } from "./loopback.ts";
import type { Tickets } from "./tickets.ts";

export interface Credentials {
  headers: Record<string, string | string[] | undefined>;
  ticket: string | undefined;
}

/** Resolves to the tenant; rejects with `unauthenticated` or `forbidden`. */
export type Authenticate = (credentials: Credentials) => Promise<string>;

export interface AuthenticateDeps {
  /** Those that count now. */
  keys(): readonly ApiKey[];
  origins: readonly string[];
  tickets: Tickets;
}

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
      return LOCAL_TENANT;
    }
    const page = { host: text(headers["host"]), origin: text(headers["origin"]) };
    const strange = strangePage(page, { origins, hasTicket: ticket !== undefined });
    if (strange !== undefined) throw new LiluxError("forbidden", { message: strange });
    if (ticket !== undefined) return tickets.redeem(ticket);
    const tenant = tenantOfKey(known, bearerOf(text(headers["authorization"])));
    if (tenant === undefined) throw new LiluxError("unauthenticated");
    return tenant;
  };
}

function bearerOf(header: string | undefined): string {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "";
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(",") : header;
}
