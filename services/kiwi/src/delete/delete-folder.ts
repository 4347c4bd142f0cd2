import { lstat, readdir, rename, rm, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { assertTenant, type Tenant } from "@lilux/protocol";

/** No tenant has such a name: theirs begin with a letter, a digit or a dash. */
const ASIDE = ".deleting-";

/**
 * Deletes a tenant's folder under the root: moved aside first, so that whoever looks finds all of it or
 * nothing, and removed then. Links are removed and never followed. How many files there were.
 */
export async function deleteFolder(root: string, tenant: Tenant): Promise<number> {
  const folder = join(resolve(root), assertTenant(tenant));
  const aside = join(resolve(root), `${ASIDE}${tenant}`);
  // What a process that was killed had moved.
  const before = await removeAll(aside);
  const kind = await kindOf(folder);
  if (kind === "nothing") return before;
  if (kind === "link") {
    await unlink(folder);
    return before + 1;
  }
  await rename(folder, aside);
  return before + (await removeAll(aside));
}

/** Whether the tenant's folder is a link to somewhere else, which is not deleted. */
export async function isLinked(root: string, tenant: Tenant): Promise<boolean> {
  return (await kindOf(join(resolve(root), assertTenant(tenant)))) === "link";
}

async function removeAll(folder: string): Promise<number> {
  const files = await countFiles(folder);
  await rm(folder, { recursive: true, force: true });
  return files;
}

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifNone);
  return (entries ?? []).filter((entry) => !entry.isDirectory()).length;
}

async function kindOf(path: string): Promise<"nothing" | "link" | "folder"> {
  const stats = await lstat(path).catch(ifNone);
  if (stats === undefined) return "nothing";
  return stats.isDirectory() ? "folder" : "link";
}

function ifNone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}
