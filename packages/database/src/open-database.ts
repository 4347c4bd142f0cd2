import { LiluxError } from "@lilux/protocol";
import type { Database } from "./database.ts";
import { openPglite } from "./pglite/open-pglite.ts";
import { connectPostgres } from "./postgres/connect-postgres.ts";

/**
 * The database a `LILUX_DATABASE_URL` names: `postgres://…` for a server,
 * `pglite:/folder` for an embedded one that this process alone may use,
 * `pglite:memory` for one that lasts as long as the process. Nothing is opened
 * yet. Throws `config_invalid`, without the url, which may hold a password.
 */
export function openDatabase(url: string): Database {
  if (url === "pglite:memory") return openPglite();
  if (url.startsWith("pglite:/")) return openPglite({ directory: url.slice("pglite:".length) });
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return connectPostgres({ url });
  throw new LiluxError("config_invalid", {
    message:
      "These settings cannot be used:\n  LILUX_DATABASE_URL must be postgres://user:password@host:port/database, pglite:/folder or pglite:memory",
  });
}
