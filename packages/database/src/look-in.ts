import type { Database, DatabaseCallOptions, Queries } from "./database.ts";

/** Reads an existing database; one that was never made is not made for the asking, and holds `nothing`. */
export function lookIn(database: Database) {
  return async <T>(
    nothing: T,
    work: (queries: Queries) => Promise<T>,
    options?: DatabaseCallOptions,
  ): Promise<T> => (database.isUntouched() ? nothing : database.transaction(work, options));
}
