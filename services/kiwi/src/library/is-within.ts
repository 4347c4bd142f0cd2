import { sep } from "node:path";

/** Whether a real path is the root (a real path) or lies under it. */
export function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
