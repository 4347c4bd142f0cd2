import { createHash } from "node:crypto";
import type { LibraryRows, LibraryWritten, NewLibraryFile } from "@lilux/database";
import { LiluxError, type Tenant } from "@lilux/protocol";
import { leaseLost } from "../files/lease-lost.ts";
import { itemPlaceOf } from "../library/item-place.ts";
import type { FileChange, LibraryCommit, LibrarySnapshot, LibraryStore } from "./library-store.ts";

export interface DatabaseStoreOptions {
  rows: LibraryRows;
  tenant: Tenant;
  /** Under which a write is made; undefined where one process serves the library. */
  lease: () => { holder: string; token: number } | undefined;
  now: () => number;
  filesMax?: number;
  bytesMax?: number;
}

const FILES_MAX = 50_000;
const BYTES_MAX = 512 * 1024 * 1024;
const FILES_AT_ONCE = 200;

/** The rows of one tenant. What a write is based on, its bounds and its lease are looked at in its transaction. */
export function createDatabaseStore(options: DatabaseStoreOptions): LibraryStore {
  const { rows, tenant, lease, now, filesMax = FILES_MAX, bytesMax = BYTES_MAX } = options;
  let seen: LibrarySnapshot | undefined;

  async function head(): Promise<LibrarySnapshot> {
    const { version, files } = await asking(() => rows.head(tenant));
    seen = { revision: String(version), files };
    return seen;
  }

  async function commit({ changes, act }: LibraryCommit): Promise<LibrarySnapshot> {
    const by = act.person?.id ?? act.by;
    const given = { tenant, by, at: now(), lease: lease(), filesMax, bytesMax };
    const written = await asking(() => rows.write({ ...given, changes: changes.map(toRow) }));
    if (written.kind !== "written") throw refused(written, act);
    return head();
  }

  return {
    kind: "database",
    keepsHistory: true,
    known: async () => seen,
    head,
    async *read(_snapshot, paths) {
      for (let from = 0; from < paths.length; from += FILES_AT_ONCE) {
        const some = paths.slice(from, from + FILES_AT_ONCE);
        const texts = await asking(() => rows.files({ tenant, paths: some }));
        for (const [path, text] of texts) yield [path, Buffer.from(text)];
      }
    },
    digest: sha256Of,
    commit,
    close: async () => undefined,
  };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Of kept versions nothing is compared: their names say what they hold. */
function toRow({ path, before, after }: FileChange): NewLibraryFile {
  return {
    path,
    itemType: itemPlaceOf(path)?.item_type,
    content: after === undefined ? undefined : textOf(path, after),
    sha256: after === undefined ? undefined : sha256Of(after),
    before: path.startsWith(".history/") ? "any" : before && sha256Of(before),
  };
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // Told below.
  }
  throw new LiluxError("library_unwritable", {
    message: `${path} is not text, and a library in the database holds texts only. Mend or remove it first. Nothing was changed.`,
    details: { reason: "not_text", path },
  });
}

async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const isAway = cause instanceof LiluxError && cause.code === "database_unavailable";
    if (!isAway) throw cause;
    throw new LiluxError("library_unreachable", {
      message:
        "The database that the library lives in does not answer. What was read before stays; nothing of a write is left. Try again shortly.",
      details: { reason: "away" },
      cause,
    });
  }
}

function refused(
  written: Exclude<LibraryWritten, { kind: "written" }>,
  { item }: LibraryCommit["act"],
): LiluxError {
  switch (written.kind) {
    case "conflict":
      return new LiluxError("item_conflict", {
        message: `Somebody else wrote the ${item.item_type} ${item.qualified_id} while this change was under way; it is ${written.actual ?? "gone"} now. Nothing was written. Load it again, apply the change to that, and call with a new call id.`,
        details: { field: "expectedSha256", source: "project", ...written },
      });
    case "fenced":
      return leaseLost();
    case "full":
      return new LiluxError("storage_full", {
        message: `The library has as many ${written.limit} as a library in the database may have. Delete what is not used. Nothing was written.`,
        details: { limit: written.limit },
      });
  }
}
