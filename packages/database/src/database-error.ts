import { LiluxError } from "@lilux/protocol";
import { DrizzleQueryError } from "drizzle-orm/errors";

/**
 * SQLSTATE classes that say the database, not the statement, is the trouble:
 * connection, authorisation and unknown database, serialization and deadlock,
 * resources, object in use, operator's intervention, system.
 */
const UNAVAILABLE = new Set(["08", "28", "3D", "40", "53", "55", "57", "58"]);
const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * Whatever a statement or `work` threw, as one of ours. The statement and its
 * parameters, which hold people's content, are left out of the cause.
 */
export function fromDatabaseError(thrown: unknown): LiluxError {
  if (!(thrown instanceof DrizzleQueryError)) return LiluxError.from(thrown);
  const { cause } = thrown;
  if (cause instanceof LiluxError) return cause;
  const state = sqlStateOf(cause);
  if (state === undefined || UNAVAILABLE.has(state.slice(0, 2))) return databaseUnavailable(cause);
  return new LiluxError("internal", { cause });
}

export function databaseUnavailable(cause: unknown): LiluxError {
  if (cause instanceof LiluxError) return cause;
  return new LiluxError("database_unavailable", { cause });
}

function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && SQLSTATE.test(code) ? code : undefined;
}
