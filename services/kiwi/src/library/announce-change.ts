import type { ChangedItem, LibraryChange, Tenant } from "@lilux/protocol";
import type { LibraryUpdate } from "./library.ts";

/** A change's keys are a hint for caches; beyond this, readers list anew anyway. */
const KEYS_MAX = 1_000;
/** More changes than this, or larger ones, do not go into one message: readers list anew. */
const CHANGES_MAX = 500;
const CHANGES_CHARACTERS_MAX = 256 * 1_024;

/** What is published of an update: with its changes, unless they are too many or too large. */
export function announcementOf(tenant: Tenant, update: LibraryUpdate): LibraryChange {
  const { version, position, before } = update;
  const changed = update.changes.slice(0, KEYS_MAX).map(({ key }) => key);
  const announcement = { tenant, version, changed, position, before };
  const changes = update.changes
    .slice(0, CHANGES_MAX)
    .map(({ key, item }): ChangedItem => (item === undefined ? { key } : { key, item }));
  const isWhole = changes.length === update.changes.length;
  const isSmall = isWhole && JSON.stringify(changes).length <= CHANGES_CHARACTERS_MAX;
  return isSmall ? { ...announcement, changes } : announcement;
}
