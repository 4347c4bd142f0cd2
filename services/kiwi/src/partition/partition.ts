import { join } from "node:path";
import type { Clock } from "@lilux/core/async";
import { ownerOf } from "@lilux/core/placement";
import type { LibraryRows } from "@lilux/database";
import type { WritingFiles } from "@lilux/files";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import type { FilesOf } from "../files/files-of.ts";
import { leaseLost } from "../files/lease-lost.ts";
import { type Fence, highestFence, raiseFence } from "./fence.ts";

/** Which of several tool cores serves a tenant's library, as one of them sees it. */
export interface Partition {
  /**
   * Lets a call of a tenant in, for as long as it is not disposed of. Rejects with `library_unreachable` where
   * another tool core serves the tenant: `details.owner` says where that is called. Nothing was done then.
   */
  enter(tenant: Tenant, call: { changes: boolean }): Promise<Disposable>;
  /** Under which lease it is written; undefined of a library that is not held here. */
  leaseOf(tenant: Tenant): { holder: string; token: number } | undefined;
  /** What writes in one of the tenant's folders, so that nothing of it lands once the library is another's. */
  readonly filesOf: FilesOf;
  /** Whether the tenant's library is held here. */
  holds(tenant: Tenant): boolean;
  /** Says that this tool core is there, and keeps what it holds; every so often by itself. */
  beat(): Promise<void>;
  readonly part: Part;
}

export interface PartitionOptions {
  /** Names this process among those that serve libraries. */
  member: string;
  /** Where callers reach it. */
  address: string;
  /** How long a library stays with one that is not heard of. */
  leaseMs: number;
  /** How often it is heard of. */
  beatMs: number;
}

export interface PartitionDeps {
  rows: Pick<
    LibraryRows,
    "takeLease" | "renewLeases" | "endLease" | "beMember" | "endMember" | "addressOfHolder"
  >;
  clock: Clock;
  logger: Logger;
  /** The folders that a tenant's library is written in; each holds `.ai`. */
  foldersOf: (tenant: Tenant) => readonly string[];
  /** The library is held from now on. */
  onHeld: (tenant: Tenant) => void;
  /** Another tool core may hold it from now on: nothing of it is read or kept any more. */
  onLost: (tenant: Tenant) => void;
}

interface Held {
  token: number;
  /** Until then nobody else can have it, by this process's own clock. */
  until: number;
  /** By folder. */
  fences: ReadonlyMap<string, Fence>;
  calls: number;
  calledAt: number;
}

/** A tenant moves to where it belongs when nobody has called for so long. */
const QUIET_MS = 10_000;

/**
 * Tenants go to the living members by a hash of their names; a lease of the database decides, and the fence of
 * its token is what a holder that slept meets. Nothing here is trusted to be on time but the order of renames.
 */
export function createPartition(options: PartitionOptions, deps: PartitionDeps): Partition {
  const { member, address, leaseMs, beatMs } = options;
  const { rows, clock, logger, foldersOf, onHeld, onLost } = deps;
  const held = new Map<Tenant, Held>();
  const claiming = new Map<Tenant, Promise<Held>>();
  /** Addresses by member. */
  let living = new Map<string, string>();
  let beating: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isLeaving = false;

  const isOurs = (tenant: Tenant): boolean => ownerOf(tenant, living.keys()) === member;

  function lose(tenant: Tenant): void {
    if (!held.delete(tenant)) return;
    logger.info({ tenant }, "another tool core serves this library from now on");
    onLost(tenant);
  }

  async function renew(): Promise<void> {
    const askedAt = clock.monotonic();
    const known = await rows.beMember({ member, address, forMs: leaseMs });
    living = new Map(known.map((one) => [one.member, one.address]));
    const tenants = [...held.keys()];
    const kept = new Set(await rows.renewLeases({ holder: member, tenants, forMs: leaseMs }));
    for (const tenant of tenants) {
      const lease = held.get(tenant);
      if (lease !== undefined && kept.has(tenant)) lease.until = askedAt + leaseMs;
      else lose(tenant);
    }
    for (const [tenant, { calls, calledAt }] of held) {
      const isQuiet = calls === 0 && askedAt - calledAt >= QUIET_MS;
      if (!isQuiet || isOurs(tenant)) continue;
      lose(tenant);
      await rows.endLease({ tenant, holder: member });
    }
  }

  function beat(): Promise<void> {
    beating ??= renew().finally(() => {
      beating = undefined;
    });
    return beating;
  }

  async function claim(tenant: Tenant): Promise<Held> {
    const owner = ownerOf(tenant, living.keys());
    if (owner !== undefined && owner !== member) throw elsewhere(living.get(owner));
    const folders = foldersOf(tenant);
    const roots = folders.map((folder) => join(folder, ".ai"));
    const above = Math.max(0, ...(await Promise.all(roots.map(highestFence))));
    const askedAt = clock.monotonic();
    const token = await rows.takeLease({ tenant, holder: member, forMs: leaseMs, above });
    if (token === undefined) throw elsewhere(await rows.addressOfHolder(tenant));
    const fences = new Map<string, Fence>();
    for (const folder of folders) {
      const fence = await raiseFence(join(folder, ".ai"), token);
      if (fence !== undefined) fences.set(folder, fence);
    }
    const lease = { token, until: askedAt + leaseMs, fences, calls: 0, calledAt: askedAt };
    held.set(tenant, lease);
    onHeld(tenant);
    return lease;
  }

  /** One claim for all who come meanwhile. */
  function claimed(tenant: Tenant): Promise<Held> {
    const known = claiming.get(tenant);
    if (known !== undefined) return known;
    const claim_ = claim(tenant).finally(() => claiming.delete(tenant));
    claiming.set(tenant, claim_);
    return claim_;
  }

  async function leaseFor(tenant: Tenant, changes: boolean): Promise<Held> {
    const known = held.get(tenant);
    if (known === undefined) return claimed(tenant);
    if (clock.monotonic() < known.until) return known;
    // It may have slept, or the database may be away: nobody else can take a library over then, either.
    try {
      await beat();
    } catch (error) {
      if (changes) throw cannotKeep(error);
      return known;
    }
    return held.get(tenant) ?? claimed(tenant);
  }

  return {
    async enter(tenant, { changes }) {
      if (isLeaving) throw new LiluxError("shutting_down");
      const lease = await leaseFor(tenant, changes);
      lease.calls += 1;
      lease.calledAt = clock.monotonic();
      return {
        [Symbol.dispose]() {
          lease.calls -= 1;
          lease.calledAt = clock.monotonic();
        },
      };
    },
    leaseOf(tenant) {
      const lease = held.get(tenant);
      return lease === undefined ? undefined : { holder: member, token: lease.token };
    },
    filesOf(tenant, folder, files) {
      const lease = held.get(tenant);
      if (lease === undefined) return NO_FILES;
      // Without a fence nothing can be written there at all, which the system says itself.
      return lease.fences.get(folder)?.of(files) ?? files;
    },
    holds: (tenant) => held.has(tenant),
    beat,
    part: {
      name: "partition",
      async start() {
        // Nothing is served until it answers, and the rest of the tool core can wait for it running.
        await beat().catch((err: unknown) =>
          logger.warn({ err }, "nobody knows of this tool core yet"),
        );
        timer = setInterval(() => {
          beat().catch((err: unknown) => logger.warn({ err }, "leases were not renewed"));
        }, beatMs).unref();
      },
      async stop() {
        isLeaving = true;
        clearInterval(timer);
        await beating?.catch(() => undefined);
        for (const tenant of [...held.keys()]) lose(tenant);
        await rows
          .endMember(member)
          .catch((err: unknown) => logger.warn({ err }, "leases end by themselves"));
      },
    },
  };
}

const refuse = async (): Promise<never> => {
  throw leaseLost();
};

/** Of a library that another tool core may hold by now. */
const NO_FILES: WritingFiles = {
  link: refuse,
  mkdir: refuse,
  open: refuse,
  rename: refuse,
  unlink: refuse,
};

function elsewhere(owner: string | undefined): LiluxError {
  return new LiluxError("library_unreachable", {
    message:
      "Another tool core serves this tenant. Nothing was done here; try again shortly, and the call finds it.",
    details: owner === undefined ? { reason: "leased" } : { reason: "elsewhere", owner },
  });
}

function cannotKeep(cause: unknown): LiluxError {
  return new LiluxError("library_unreachable", {
    message:
      "The database that says who writes this library does not answer. Nothing was written. Reads go on; try again shortly.",
    details: { reason: "away" },
    cause,
  });
}
