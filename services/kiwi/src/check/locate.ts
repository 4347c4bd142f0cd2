import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { ITEM_FOLDERS } from "../library/item-place.ts";

/** Where a path stands: in a library, or on its own. */
export interface Location {
  /** The library's `.ai` (a real path); undefined for a file on its own. */
  root: string | undefined;
  /** Of the library, what was asked for: "" for all of it; else a file or folder, with slashes. */
  within: string;
  /** The file, where it is on its own. */
  file: string | undefined;
}

/** Throws `invalid_request` for a path at which there is nothing to check. */
export async function locate(path: string): Promise<Location> {
  const real = await realpath(resolve(path)).catch(() => undefined);
  const stats = real === undefined ? undefined : await stat(real).catch(() => undefined);
  if (real === undefined || stats === undefined)
    throw nothingAt(path, "There is no file or folder at");
  if (stats.isDirectory()) {
    const root = await rootOf(real);
    if (root === undefined) throw nothingAt(path, "There is no library in");
    const isAbove = !within(root, real);
    return { root, within: isAbove ? "" : slashed(relative(root, real)), file: undefined };
  }
  const root = await rootAbove(real);
  if (root === undefined) return { root, within: "", file: real };
  return { root, within: slashed(relative(root, real)), file: undefined };
}

/** The folder itself, the `.ai` in it, or the library that it lies in. */
async function rootOf(folder: string): Promise<string | undefined> {
  if (basename(folder) === ".ai") return folder;
  if (await isFolder(join(folder, ".ai"))) return realpath(join(folder, ".ai"));
  const above = await rootAbove(folder);
  if (above !== undefined) return above;
  for (const kind of ITEM_FOLDERS) if (await isFolder(join(folder, kind))) return folder;
  return undefined;
}

async function rootAbove(path: string): Promise<string | undefined> {
  const parts = path.split(sep);
  const at = parts.lastIndexOf(".ai");
  if (at > 0 && at < parts.length - 1) return parts.slice(0, at + 1).join(sep);
  const kind = parts.findLastIndex((part) => ITEM_FOLDERS.includes(part));
  return kind > 0 && kind < parts.length - 1
    ? dirname(parts.slice(0, kind + 1).join(sep))
    : undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

function within(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}

function nothingAt(path: string, what: string): LiluxError {
  return new LiluxError("invalid_request", {
    message: `${what} ${path}. Name an item's file, a folder that holds .ai, or .ai itself.`,
    details: { field: "path" },
  });
}
