import { mkdir, readdir, realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { matchesGlob } from "@lilux/core/permissions";
import type { Grant } from "@lilux/protocol";
import type { FileBind } from "@lilux/sandbox";
import { isWithin } from "../library/is-within.ts";
import { findHidden } from "./find-hidden.ts";
import { isHiddenFolder, isSecretFile, reasonToKeepName } from "./hidden-names.ts";
import { type PathGrant, readPathGrant, refusedPath } from "./read-path-grant.ts";

export interface ProjectFilesRequest {
  /** The tenant's project folder. */
  folder: string;
  grants: readonly Grant[];
  /** Lilux's own folders, wherever they lie: keys, credentials, streams. No grant opens them. */
  kept?: readonly string[];
}

const FILES_MAX = 256;

/**
 * The files and folders that filesystem grants open to a script: what exists,
 * lies in the project after every link is followed, and is neither a secret nor,
 * unless named, Lilux's own folder. A granted folder to write to is made if it is
 * not there. Throws `permission_denied`, naming the path.
 */
export async function projectFiles(request: ProjectFilesRequest): Promise<FileBind[]> {
  const { folder, grants, kept = [] } = request;
  const ofFiles = grants.filter(({ attributes }) => attributes["resource"] === "filesystem");
  const paths = ofFiles.filter(({ verb }) => verb === "read" || verb === "write");
  if (paths.length === 0) return [];
  const root = await realpath(folder);
  const denials = ofFiles
    .filter(({ verb }) => verb === "deny")
    .map(({ attributes }) => attributes["path"] ?? "**");
  const denied = [...denials, ...(await pathsWithin(root, kept))];
  const binds = new Map<string, FileBind>();
  for (const { verb, attributes } of paths) {
    const grant = readPathGrant(attributes["path"] ?? "", verb === "write");
    for (const bind of await bindsOf(root, grant, denied)) {
      if (bind.writable || !binds.has(bind.to)) binds.set(bind.to, bind);
    }
  }
  if (binds.size > FILES_MAX) {
    throw refusedPath("…", `are more than ${FILES_MAX} files. Grant their folder instead`);
  }
  return [...binds.values()];
}

/** Those of the folders that lie in the root, as paths in it. */
async function pathsWithin(root: string, folders: readonly string[]): Promise<string[]> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  return real.filter((folder) => isWithin(root, folder)).map((folder) => relative(root, folder));
}

async function bindsOf(
  root: string,
  grant: PathGrant,
  denied: readonly string[],
): Promise<FileBind[]> {
  const place = await placeOf(root, grant);
  if (place === undefined) return [];
  const { real, isFolder } = place;
  const to = relative(root, real);
  assertNotHidden(to, grant, isFolder);
  const { covers } = grant;
  if (covers.kind === "names") {
    const entries = await readdir(real, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && matchesGlob(covers.pattern, entry.name))
      .map(({ name }) => ({ from: join(real, name), to: to === "" ? name : `${to}/${name}` }))
      .filter((file) => !isSecretFile(file.to.split("/").at(-1) ?? ""))
      .filter((file) => !denied.some((path) => deniesPath(path, file.to)))
      .map((file) => ({ ...file, writable: false, hidden: [] }));
  }
  if (denied.some((path) => deniesPath(path, to))) return [];
  const hides = (path: string): boolean => denied.some((pattern) => deniesPath(pattern, path));
  const hidden = isFolder ? await findHidden({ folder: real, to, hides, grant }) : [];
  if (!grant.writable) return [{ from: real, to, writable: false, hidden }];
  return [{ from: real, to, writable: true, hidden, refuses: refusing(to, denied) }];
}

/** What a script may not make or change below a folder it may write to, whether it is there or not. */
function refusing(granted: string, denied: readonly string[]): FileBind["refuses"] {
  const depth = granted === "" ? 0 : granted.split("/").length;
  const plain = denied.map((pattern) => folded(pattern));
  return (path, isNew) => {
    if (plain.some((pattern) => deniesPath(pattern, folded(path)))) return "is denied";
    const names = path === granted ? path.split("/").slice(-1) : path.split("/").slice(depth);
    for (const name of names) {
      const reason = reasonToKeepName(name, isNew);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}

/** As a file system reads a name that minds neither case nor how letters are put together. */
function folded(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** Where a grant's path really is; undefined when there is nothing to read. */
async function placeOf(
  root: string,
  grant: PathGrant,
): Promise<{ real: string; isFolder: boolean } | undefined> {
  const path = join(root, grant.base);
  const found = await realpath(path).catch(() => undefined);
  const real = found ?? (grant.writable ? await makeFolder(root, grant) : undefined);
  if (real === undefined) return undefined;
  if (!isWithin(root, real)) throw refusedPath(grant.written, "leads out of the project");
  const stats = await stat(real);
  if (stats.isFile() || stats.isDirectory()) return { real, isFolder: stats.isDirectory() };
  throw refusedPath(grant.written, "is neither a file nor a folder");
}

/** Made only below a folder that was found to lie in the project. */
async function makeFolder(root: string, grant: PathGrant): Promise<string> {
  if (grant.covers.kind !== "folder") {
    throw refusedPath(grant.written, "does not exist. Grant its folder, as in out/**");
  }
  let at = root;
  for (const segment of grant.base.split("/")) {
    assertNotHidden(join(relative(root, at), segment), grant, true);
    const next = join(at, segment);
    const real = await realpath(next).catch(() => undefined);
    if (real !== undefined && !isWithin(root, real)) {
      throw refusedPath(grant.written, "leads out of the project");
    }
    if (real === undefined) await mkdir(next);
    at = real ?? next;
  }
  return at;
}

/** Lilux's own folder can be read when it is named, and never be written to. */
function assertNotHidden(to: string, grant: PathGrant, isFolder: boolean): void {
  const segments = to.split("/").filter((segment) => segment !== "");
  const folders = isFolder ? segments : segments.slice(0, -1);
  const namesOwn = segments[0] === ".ai" && !grant.writable && grant.base.startsWith(".ai");
  const isKept = (name: string): boolean =>
    isHiddenFolder(name) || (grant.writable && reasonToKeepName(name, false) !== undefined);
  if (folders.slice(namesOwn ? 1 : 0).some(isKept)) {
    throw refusedPath(grant.written, "lies in a folder that is kept from scripts");
  }
  if (!isFolder && grant.writable && isKept(segments.at(-1) ?? "")) {
    throw refusedPath(grant.written, "has a hidden name, which no grant opens to be written to");
  }
  if (!isFolder && isSecretFile(segments.at(-1) ?? "")) {
    throw refusedPath(grant.written, "has the name of a secret, which no grant opens");
  }
}

/** Whether a denial covers a path or anything above it. */
function deniesPath(pattern: string, path: string): boolean {
  const base = pattern.replace(/^\.\//, "").replace(/\/?\*\*$|\/$/, "");
  return base === "" || path === base || path.startsWith(`${base}/`) || matchesGlob(base, path);
}
