import { join } from "node:path";
import { LOCAL_TENANT } from "@lilux/protocol";
import type { KiwiConfig } from "../config.ts";
import type { OpenWatch } from "./folder-watches.ts";
import { tenantFolders } from "./tenant-folders.ts";
import { createWatchedTree, type WatchMode } from "./watched-tree.ts";

/** How a library's folder is kept up with. */
export interface TriedWatching {
  folder: string;
  mode: WatchMode;
}

/**
 * Watches the local tenant's folders for a moment, as the service does for good, to find
 * out whether the system has as many watches.
 */
export async function tryWatching(
  config: Pick<KiwiConfig, "project" | "userHome" | "tenantRoot">,
  openWatch?: OpenWatch,
): Promise<TriedWatching[]> {
  const { project, user } = tenantFolders(config, LOCAL_TENANT);
  const folders = user === undefined ? [project] : [project, user];
  return Promise.all(
    folders.map(async (folder) => {
      const tree = createWatchedTree(join(folder, ".ai"), () => undefined, openWatch);
      await tree.bringInLine();
      const { mode } = tree;
      tree.close();
      return { folder, mode };
    }),
  );
}
