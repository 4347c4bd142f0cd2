import type { KiwiConfig } from "../config.ts";
import { createItemLocks } from "./item-locks.ts";
import { mayWriteWith } from "./may-write.ts";
import type { WriteDeps } from "./write-context.ts";

/** What every write of a tool core shares, as it is configured. */
export function writesOf(config: KiwiConfig, given: Pick<WriteDeps, "files" | "clock">): WriteDeps {
  const { itemsMax } = config;
  return { ...given, locks: createItemLocks(), mayWrite: mayWriteWith(config), itemsMax };
}
