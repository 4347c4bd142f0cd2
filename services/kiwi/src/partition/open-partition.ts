import { randomUUID } from "node:crypto";
import { createLibraryRows, type Database } from "@lilux/database";
import type { KiwiConfig } from "../config.ts";
import { tenantFolders } from "../library/tenant-folders.ts";
import { createPartition, type Partition, type PartitionDeps } from "./partition.ts";

/** As a tool core is configured; undefined of one that serves all tenants by itself. */
export function openPartition(
  config: KiwiConfig,
  {
    database,
    ...deps
  }: Omit<PartitionDeps, "rows" | "foldersOf"> & { database: Database | undefined },
): Partition | undefined {
  const { advertise: address, leaseMs } = config;
  if (address === undefined || database === undefined) return undefined;
  const beatMs = leaseMs / 5;
  return createPartition(
    { member: randomUUID(), address, leaseMs, beatMs },
    {
      ...deps,
      rows: createLibraryRows(database),
      foldersOf(tenant) {
        const { project, shelf } = tenantFolders(config, tenant);
        return shelf === undefined ? [project] : [project, shelf];
      },
    },
  );
}
