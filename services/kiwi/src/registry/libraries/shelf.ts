import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFile } from "@lilux/files";
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
  arrange(tenant: string, texts: readonly VerifiedText[]): Promise<Set<string>>;
}

export function createShelf(stateDirectory: string): Shelf {
  return {
    async arrange(tenant, texts) {
      const root = join(shelfFolder(stateDirectory, tenant), ".ai");
      const wanted = new Map(texts.map((text) => [pathOf(text), text]));
      const changed = new Set<string>();
      for (const path of await itemPaths(root)) {
        if (wanted.has(path)) continue;
        await rm(join(root, path), { force: true });
        await rm(lockPathOf(join(root, path)), { force: true });
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
        await writeLock(target, signed, before);
        await replaceFile(target, signed.content, 0o644);
        changed.add(path);
      }
      return changed;
    },
  };
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
