import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LiluxError } from "@lilux/protocol";
import type { FileBind } from "@lilux/sandbox";

const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;
const OTHERS_SEARCH = 0o001;

/**
 * A server that is root runs scripts as somebody else, who has only what the
 * files' modes give to others. Said here, since in the sandbox it would only be
 * a folder that cannot be bound. Throws `permission_denied`.
 */
export async function assertReadableByOthers({ from, to, writable }: FileBind): Promise<void> {
  const stats = await stat(from);
  const needed = OTHERS_READ | (writable ? OTHERS_WRITE : 0);
  const all = stats.isDirectory() ? needed | OTHERS_SEARCH : needed;
  let mayReach = (stats.mode & all) === all;
  for (let folder = dirname(from); mayReach && folder !== dirname(folder); ) {
    mayReach = ((await stat(folder)).mode & OTHERS_SEARCH) !== 0;
    folder = dirname(folder);
  }
  if (mayReach) return;
  throw new LiluxError("permission_denied", {
    message: `The script may ${writable ? "write to" : "read"} "${to || "."}", but the user it runs as may not: Lilux runs as root here, and scripts never do. Run Lilux as the owner of the project, or let others in (chmod o+${writable ? "rwX" : "rX"}).`,
    details: { field: "permissions.path", path: to },
  });
}
