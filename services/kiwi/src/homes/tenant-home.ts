import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LibrarySign, StoredPlace } from "@lilux/database";
import { replaceFile, type WritingFiles } from "@lilux/files";
import {
  createParser,
  LibraryPlace,
  type LibraryRecord,
  LiluxError,
  type Tenant,
} from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { Type } from "typebox";
import { leaseLost } from "../files/lease-lost.ts";
import type { LibraryHome } from "../library/library-home.ts";
import { createFolderHome } from "./folder-home.ts";
import type { LibraryStore } from "./library-store.ts";
import { createMirroredHome } from "./mirrored-home.ts";
import { moveLibrary } from "./move-library.ts";
import { type OpenStoreDeps, openStore } from "./open-store.ts";

export interface TenantHomeDeps extends Omit<OpenStoreDeps, "lease"> {
  files: WritingFiles;
  logger: Logger;
  /** Names this process among those that may write a library. */
  holder: string;
  leaseMs: number;
  /** Where the tool core holds the library by a lease anyway: that one, undefined when it no longer does. */
  heldLease?: (() => { holder: string; token: number } | undefined) | undefined;
  /** How often a Git server is asked by itself. */
  pullMs: number;
}

export interface TenantHome extends LibraryHome {
  /** Takes in what a sign tells of: another place, a push, another version. */
  look(sign: LibrarySign): Promise<void>;
  record(): LibraryRecord;
}

export interface WhoseHome {
  tenant: Tenant;
  /** Holds `.ai`. */
  folder: string;
  /** For what is kept of a place, out of the reach of scripts. */
  keeps: string;
}

/** What a process remembers of where a library lives, for when the database does not answer. */
const Remembered = Type.Object({ place: LibraryPlace, revision: Type.Integer() });
const remembered = createParser(Remembered, "where a library lives", "internal");

/**
 * The home of one tenant's library, wherever that is at the moment. While it is brought from one place to
 * another reads go on and writes are refused; the place counts when everything is there.
 */
export function createTenantHome(deps: TenantHomeDeps, whose: WhoseHome): TenantHome {
  const { rows, files, logger, holder, leaseMs, heldLease, pullMs, now } = deps;
  const { tenant, folder, keeps } = whose;
  const placeFile = join(keeps, "place.json");
  let stored: StoredPlace | undefined;
  let home: LibraryHome = createFolderHome();
  let lease: { holder: string; token: number } | undefined;
  let isMoving = false;
  let moveProblem: string | undefined;
  let seen: Pick<LibrarySign, "looks" | "version"> = { looks: 0, version: 0 };
  let askedAt = 0;

  const storeFor = (place: LibraryPlace, revision: number): Promise<LibraryStore> | undefined =>
    place.kind === "folder"
      ? undefined
      : openStore(
          { ...deps, lease: () => lease },
          { tenant, place, folder: join(keeps, `place-${revision}`) },
        );

  async function makeFolders(): Promise<void> {
    await mkdir(folder, { recursive: true });
    await mkdir(keeps, { recursive: true, mode: 0o700 });
  }

  async function homeAt(place: LibraryPlace, revision: number): Promise<LibraryHome> {
    const store = await storeFor(place, revision);
    return store === undefined ? createFolderHome() : createMirroredHome({ store, folder, files });
  }

  /** Of the database; while it is away, what was last known. Rejects where neither says anything. */
  async function readPlace(): Promise<StoredPlace | undefined> {
    try {
      return await rows.place(tenant);
    } catch (error) {
      const known = await readFile(placeFile, "utf8").catch(() => undefined);
      if (known === undefined) throw placeUnknown(error);
      const { place, revision } = remembered.parse(JSON.parse(known));
      return { place, revision, wanted: undefined, problem: undefined, hookSecret: "" };
    }
  }

  async function settle(at: StoredPlace): Promise<void> {
    stored = at;
    const { place, revision } = at;
    await replaceFile(placeFile, `${JSON.stringify({ place, revision })}\n`);
  }

  /** What was kept of other places is of no use any more. */
  async function useAnother(at: StoredPlace): Promise<void> {
    const next = await homeAt(at.place, at.revision);
    // Opened is looked at: the next look is due an interval from now.
    askedAt = now();
    await next.open();
    const before = home;
    home = next;
    await settle(at);
    await before.close();
  }

  async function move(at: StoredPlace): Promise<void> {
    const { wanted } = at;
    if (wanted === undefined || isMoving) return;
    isMoving = true;
    try {
      await makeFolders();
      const problem = await bring(at).then(
        () => undefined,
        (error: unknown) => problemOf(error),
      );
      if (problem !== undefined) logger.warn({ tenant, problem }, "a library was not moved");
      const place = problem === undefined ? wanted.place : at.place;
      await rows.settle({ tenant, revision: at.revision, place, problem });
      moveProblem = problem;
      const after = await rows.place(tenant);
      if (after === undefined) return;
      if (problem === undefined) await useAnother(after);
      else await settle(after);
      if (problem === undefined) logger.info({ tenant, to: place.kind }, "library was moved");
    } finally {
      isMoving = false;
    }
  }

  async function bring({ wanted, revision }: StoredPlace): Promise<void> {
    if (wanted === undefined) return;
    const { place, adopt } = wanted;
    // What it says now is what is brought; where that cannot be learnt, only who takes what is there goes on.
    if (!adopt) await home.refresh();
    const store = await storeFor(place, revision + 1);
    if (store === undefined) return;
    try {
      await moveLibrary({ store, folder, files, adopt, person: undefined, now: now() });
    } finally {
      await store.close();
    }
  }

  async function holdLease(): Promise<void> {
    if (heldLease !== undefined) {
      lease = heldLease();
      if (lease === undefined) throw leaseLost();
      return;
    }
    const token = await rows.takeLease({ tenant, holder, forMs: leaseMs });
    if (token === undefined) {
      lease = undefined;
      throw leaseLost();
    }
    lease = { holder, token };
  }

  return {
    get kind() {
      return home.kind;
    },
    async open() {
      const at = await readPlace();
      // A library that was never anywhere else leaves no trace of this.
      if (at === undefined) return;
      await makeFolders();
      home = await homeAt(at.place, at.revision);
      await home.open();
      await settle(at);
      askedAt = now();
      if (at.wanted !== undefined) void move(at).catch(noteFault);
    },
    refresh: () => home.refresh(),
    async write(act, work) {
      if (isMoving) throw beingMoved();
      // Git's server decides itself who was first. Where the place never was a record, there is one process.
      if (stored !== undefined && home.kind !== "git") await holdLease();
      return home.write(act, work);
    },
    trouble: () => home.trouble(),
    async look(sign) {
      if (isMoving) return;
      if (sign.revision !== stored?.revision) {
        const at = await rows.place(tenant);
        if (at === undefined) return;
        if (at.wanted !== undefined) return move(at);
        return useAnother(at);
      }
      const isTold = sign.looks !== seen.looks || sign.version !== seen.version;
      const isDue = home.kind === "git" && now() - askedAt >= pullMs;
      seen = sign;
      if (!isTold && !isDue) return;
      askedAt = now();
      await home.refresh();
    },
    record: () => recordOf({ stored, isMoving, problem: home.trouble(), moveProblem }),
    async close() {
      await home.close();
      if (lease !== undefined && heldLease === undefined)
        await rows.endLease({ tenant, holder }).catch(noteFault);
    },
  };

  function noteFault(err: unknown): void {
    logger.warn({ err, tenant }, "a library's place cannot be used");
  }
}

interface Known {
  stored: StoredPlace | undefined;
  isMoving: boolean;
  problem: Error | undefined;
  moveProblem: string | undefined;
}

function recordOf({ stored, isMoving, problem, moveProblem }: Known): LibraryRecord {
  const place: LibraryPlace = stored?.place ?? { kind: "folder" };
  const refusal = stored?.problem ?? moveProblem;
  const told = problem === undefined ? refusal : problemOf(problem);
  const isRefused = refusal !== undefined && problem === undefined;
  return {
    place,
    state: isMoving
      ? "moving"
      : problem !== undefined
        ? "troubled"
        : isRefused
          ? "refused"
          : "ready",
    ...(stored?.wanted === undefined ? {} : { wanted: stored.wanted.place }),
    ...(told === undefined ? {} : { problem: told }),
    ...(stored === undefined || stored.hookSecret === "" ? {} : { hookSecret: stored.hookSecret }),
  };
}

/** Ours as they are told; of anything else only that it happened. */
function problemOf(error: unknown): string {
  return LiluxError.from(error).message;
}

function placeUnknown(cause: unknown): LiluxError {
  return new LiluxError("library_unreachable", {
    message:
      "Where this library lives is not known: the database does not answer, and this server never read it before. Try again shortly.",
    details: { reason: "away" },
    cause,
  });
}

function beingMoved(): LiluxError {
  return new LiluxError("library_unreachable", {
    message: "The library is being moved to another place. Reads go on; try again shortly.",
    details: { reason: "moving" },
  });
}
