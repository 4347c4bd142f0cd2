import { readFileSync } from "node:fs";

/** A process, told apart from a later one of the same number. */
export interface ProcessIdentity {
  pid: number;
  /** Its start in ticks since boot, where the system tells; else empty. */
  startedAt: string;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startedAt: statOf(pid)?.startedAt ?? "" };
}

/**
 * Whether that very process still runs. One that has ended and waits for its
 * parent to notice (a zombie) does not: it holds no file and no port any more.
 */
export function isProcessRunning({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const stat = statOf(pid);
  if (stat === undefined) return startedAt === "";
  return !stat.hasEnded && stat.startedAt === startedAt;
}

/** Fields 3 and 22 of /proc/<pid>/stat; the second field is a name that may hold spaces. */
function statOf(pid: number): { hasEnded: boolean; startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { hasEnded: /^[ZX]/.test(fields[0] ?? ""), startedAt: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
