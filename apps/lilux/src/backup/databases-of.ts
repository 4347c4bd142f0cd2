import type { Environment } from "../environment.ts";
import { DATABASE_FILE } from "./embedded-source.ts";

/** Databases of an instance of several processes: the file of a backup, and the variable that says where it is. */
const DATABASES = {
  [DATABASE_FILE]: "LILUX_DATABASE_URL",
  /** Where a flywheel has a database of its own. */
  "flywheel-database.jsonl": "LILUX_FLYWHEEL_DATABASE_URL",
  /** And where tenants have. */
  "tenants-database.jsonl": "LILUX_TENANTS_DATABASE_URL",
} as const;

/** Where each is that the variables name; one that several of them name is in one dump. */
export function databasesOf(env: Environment): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [file, variable] of Object.entries(DATABASES)) {
    const address = env[variable]?.trim() ?? "";
    if (address !== "" && ![...found.values()].includes(address)) found.set(file, address);
  }
  return found;
}

/** What names the database that a file of a backup goes into. */
export function variableOf(file: string): string {
  return Object.entries(DATABASES).find(([name]) => name === file)?.[1] ?? DATABASES[DATABASE_FILE];
}
