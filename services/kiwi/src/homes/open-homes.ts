import { createLibraryRows, type Database } from "@lilux/database";
import type { KiwiConfig } from "../config.ts";
import { createHomes, type Homes, type HomesDeps } from "./homes.ts";

type Settings = Pick<
  KiwiConfig,
  "tenantRoot" | "librarySecrets" | "gitAllow" | "libraryPullSeconds" | "libraryLookMs"
>;

/** Homes as a tool core is configured; without a database every library is a folder. */
export function openHomes(
  config: Settings,
  { database, ...deps }: Omit<HomesDeps, "rows"> & { database: Database | undefined },
): Homes {
  const { tenantRoot, librarySecrets: secrets, gitAllow: allow, libraryLookMs: lookMs } = config;
  const pullMs = config.libraryPullSeconds * 1_000;
  const rows = database === undefined ? undefined : createLibraryRows(database);
  return createHomes({ tenantRoot, secrets, allow, pullMs, lookMs }, { ...deps, rows });
}
