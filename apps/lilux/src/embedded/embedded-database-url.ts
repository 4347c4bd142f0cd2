import { join, resolve } from "node:path";

/** The embedded database of a state directory, as a `LILUX_DATABASE_URL`. */
export function embeddedDatabaseUrl(stateDirectory: string): string {
  return `pglite:${resolve(join(stateDirectory, "database"))}`;
}
