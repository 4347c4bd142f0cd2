import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { putFile, type WritingFiles } from "@lilux/files";
import type { Tenant } from "@lilux/protocol";
import { errorCodeOf } from "../../files/write-failure.ts";
import { itemPlaceOf, lockPathOf, pathOfItem } from "../../library/item-place.ts";
import { hashText } from "../../library/read-item-file.ts";
import { shelfFolder } from "../../library/tenant-folders.ts";
import { readLock, writeLock } from "../lock-file.ts";
import { registryIdOf } from "../registry-id.ts";
import type { VerifiedText } from "./verified-texts.ts";

/**
 * Where the items of a tenant's subscriptions lie: a source of its library behind project and user, each
 * file with its lock, so that it is checked as a pull is, at each load and run.
 */
export interface Shelf {
  /** Makes it hold exactly these. Resolves with the paths that changed. */
  arrange(tenant: Tenant, texts: readonly VerifiedText[]): Promise<Set<string>>;
}

/** `filesOf`: what writes in a tenant's shelf, whose folder is named. */
export function createShelf(
  stateDirectory: string,
  filesOf: (tenant: Tenant, folder: string) => WritingFiles,
): Shelf {
  return {
    async arrange(tenant, texts) {
      const folder = shelfFolder(stateDirectory, tenant);
      const root = join(folder, ".ai");
      const files = filesOf(tenant, folder);
      const wanted = new Map(texts.map((text) => [pathOf(text), text]));
      const changed = new Set<string>();
      for (const path of await itemPaths(root)) {
        if (wanted.has(path)) continue;
        await remove(files, join(root, path));
        await remove(files, lockPathOf(join(root, path)));
        changed.add(path);
      }
      for (const [path, { signed }] of wanted) {
        const target = join(root, path);
        const there = await readFile(target, "utf8").catch(() => undefined);
        if (there === signed.content) continue;
        await mkdir(dirname(target), { recursive: true });
        // Until the file is replaced it is still what it was.
        const sha256 = there === undefined ? undefined : hashText(there);
        const before = (await readLock(target)).find((locked) => locked.sha256 === sha256);
        await writeLock(files, target, { signed, before });
        const file = { path: target, text: signed.content, mode: 0o644 };
        await putFile(files, { ...file, as: "replacement" });
        changed.add(path);
      }
      return changed;
    },
  };
}

async function remove(files: WritingFiles, path: string): Promise<void> {
  await files.unlink(path).catch((error: unknown) => {
    if (errorCodeOf(error) !== "ENOENT") throw error;
  });
}

function pathOf({ item, signed }: VerifiedText): string {
  return pathOfItem(item.item_type, registryIdOf(signed));
}

async function itemPaths(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true }).catch((): string[] => []);
  return entries
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => itemPlaceOf(path) !== undefined);
}
