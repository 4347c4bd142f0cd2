import { readdirSync, readFileSync } from "node:fs";

/** O_CLOEXEC in the octal flags of /proc/self/fdinfo. */
const CLOSED_ON_EXEC = 0o2000000;
const FD_MAX = 4_096;

/**
 * File descriptors of this process that a child would get without being given
 * them: what whoever started the server left open, and what native libraries
 * opened carelessly. Node's own are never among them.
 */
export function inheritedDescriptors(): number[] {
  return namesIn("/proc/self/fd")
    .map(Number)
    .filter((fd) => fd > 2 && fd < FD_MAX && !isClosedOnExec(fd));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** One that is gone already is none. */
function isClosedOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) !== 0;
  } catch {
    return true;
  }
}
