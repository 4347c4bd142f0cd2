import type { ItemType } from "@lilux/protocol";

/**
 * Where under `.ai` a file lies, and what that makes it. Ids and categories are
 * in Unicode's composed form, as keyboards write them; the path is the disk's.
 */
export interface ItemPlace {
  item_type: ItemType;
  item_id: string;
  category: string;
  qualified_id: string;
  /** Relative to `.ai`, with forward slashes. */
  path: string;
}

export const ITEM_KINDS: Readonly<Record<string, { item_type: ItemType; extension: string }>> = {
  directives: { item_type: "directive", extension: ".md" },
  scripts: { item_type: "script", extension: ".py" },
  knowledge: { item_type: "knowledge", extension: ".md" },
};

export const ITEM_FOLDERS: readonly string[] = Object.keys(ITEM_KINDS);

/** Whether it lies in a namespace's folder, `@acme/…`: then it was pulled, and a lock lies beside it. */
export function isPulledPath(path: string): boolean {
  return path.split("/")[1]?.startsWith("@") === true;
}

export function lockPathOf(path: string): string {
  return `${path}.lock`;
}

/** The pulled file a lock lies beside; any other path as it is. */
export function lockedPathOf(path: string): string {
  return isPulledPath(path) && path.endsWith(".lock") ? path.slice(0, -".lock".length) : path;
}

/** Folder names that never hold items: caches, environments, and the scripts' shared modules. */
const SKIPPED_FOLDERS = new Set(["__pycache__", "node_modules", "lib"]);
const SKIPPED_FILES = new Set(["readme.md", "__init__.py"]);

export function isSkippedFolder(name: string): boolean {
  return name.startsWith(".") || SKIPPED_FOLDERS.has(name);
}

export function isSkippedFile(name: string): boolean {
  return name.startsWith(".") || SKIPPED_FILES.has(name.toLowerCase());
}

/** The item a path stands for; undefined when it stands for none. */
export function itemPlaceOf(path: string): ItemPlace | undefined {
  const segments = path.split("/");
  const kind = ITEM_KINDS[segments[0] ?? ""];
  const file = segments.at(-1) ?? "";
  if (kind === undefined || segments.length < 2 || !file.endsWith(kind.extension)) return undefined;
  if (isSkippedFile(file)) return undefined;
  const folders = segments.slice(1, -1);
  if (folders.some(isSkippedFolder)) return undefined;
  const item_id = file.slice(0, -kind.extension.length).normalize();
  if (item_id === "") return undefined;
  const category = folders.join("/").normalize();
  const qualified_id = category === "" ? item_id : `${category}/${item_id}`;
  return { item_type: kind.item_type, item_id, category, qualified_id, path };
}

/** The path an item of that type and qualified id is kept at. */
export function pathOfItem(type: ItemType, qualifiedId: string): string {
  const entry = Object.entries(ITEM_KINDS).find(([, kind]) => kind.item_type === type);
  const [folder, kind] = entry ?? ["directives", { extension: ".md" }];
  return `${folder}/${qualifiedId}${kind.extension}`;
}
