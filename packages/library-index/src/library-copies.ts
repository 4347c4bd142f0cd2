import type { Clock } from "@lilux/core/async";
import { createParser, type ItemList, LibraryChange, type Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import { applyInSlices } from "./apply-in-slices.ts";
import type { ItemChange } from "./item-change.ts";
import { keyOf } from "./item-key.ts";
import { createLibraryFollower, type LibraryFollower } from "./library-follower.ts";
import { winningItems } from "./winning-items.ts";

/** What somebody makes of one library, kept up with its changes. */
export interface LibraryCopy {
  apply(changes: Iterable<ItemChange>): void;
}

export interface LibraryCopiesOptions {
  /** Tenants whose copy is held at once; the one used longest ago gives way. */
  tenantsMax: number;
  /** How long a reader waits for a library that is not known yet. */
  waitMs: number;
}

export interface LibraryCopiesDeps<Copy extends LibraryCopy> {
  /** A copy of nothing. */
  create(): Copy;
  list(tenant: Tenant): Promise<ItemList>;
  /** It is tried again at a later use. */
  onFailure(tenant: Tenant, error: unknown): void;
  clock: Clock;
}

/** Each tenant's library as a copy of one's own: listed once, then kept up. */
export interface LibraryCopies<Copy> {
  /** What is announced of libraries; anything else is passed over. */
  hear(announced: unknown): void;
  /** Undefined while it is not known. Never rejects. */
  of(tenant: Tenant): Promise<Copy | undefined>;
  close(): void;
}

const RETRY_MS = 2_000;
/** The last announcement may be lost. */
const REFRESH_MS = 5 * 60_000;

const changeParser = createParser(LibraryChange, "library change");

export function createLibraryCopies<Copy extends LibraryCopy>(
  { tenantsMax, waitMs }: LibraryCopiesOptions,
  deps: LibraryCopiesDeps<Copy>,
): LibraryCopies<Copy> {
  const held = new LRUCache<string, { copy: Copy; follower: LibraryFollower }>({
    max: tenantsMax,
    dispose: ({ follower }) => follower.close(),
  });

  function open(tenant: Tenant) {
    const follower = createLibraryFollower(
      { retryMs: RETRY_MS, refreshMs: REFRESH_MS },
      {
        clock: deps.clock,
        list: () => deps.list(tenant),
        async replace({ items }) {
          // Made beside the one in use, which is read meanwhile as it was.
          const copy = deps.create();
          const changes = winningItems(items).map((item) => ({ key: keyOf(item), item }));
          await applyInSlices(copy, changes);
          entry.copy = copy;
        },
        async apply(changes) {
          await applyInSlices(entry.copy, changes);
          return true;
        },
        onFailure: (error) => deps.onFailure(tenant, error),
      },
    );
    const entry = { copy: deps.create(), follower };
    held.set(tenant, entry);
    return entry;
  }

  return {
    hear(announced) {
      if (changeParser.is(announced)) held.peek(announced.tenant)?.follower.hear(announced);
    },
    async of(tenant) {
      const entry = held.get(tenant) ?? open(tenant);
      const { follower } = entry;
      follower.use();
      if (follower.state !== "listed") {
        const done = new AbortController();
        await Promise.race([follower.settled(), deps.clock.sleep(waitMs, done.signal)]);
        done.abort();
      }
      return follower.state === "listed" ? entry.copy : undefined;
    },
    close: () => held.clear(),
  };
}
