import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MemoryLimit } from "./memory-limit.ts";
import type { RunGuard } from "./run-guard.ts";

/** How a control group's files are reached; a fake in tests. */
export interface CgroupFiles {
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
}

type CgroupLimit = Extract<MemoryLimit, { holder: "cgroup" }>;

export interface CgroupOptions {
  /** Text of /proc/self/cgroup. */
  membership: string;
  mountedAt?: string;
  files?: CgroupFiles;
}

const REMOVE_TRIES = 20;
const REMOVE_PAUSE_MS = 25;

const systemFiles: CgroupFiles = {
  read: (path) => readFile(path, "utf8"),
  write: (path, text) => writeFile(path, text, { flag: "r+" }),
  makeFolder: async (path) => {
    await mkdir(path);
  },
  removeFolder: (path) => rmdir(path),
};

/**
 * A control group for one run (cgroup v2): the kernel counts every page of all its
 * processes, and ends all of them together.
 */
export async function cgroupGuard(
  { bytesMax, processesMax, subtree }: Omit<CgroupLimit, "holder">,
  run: number,
  files: CgroupFiles = systemFiles,
): Promise<RunGuard> {
  const folder = join(subtree, `lilux-run-${process.pid}-${run}`);
  await files.makeFolder(folder);
  await files.write(join(folder, "memory.max"), String(bytesMax));
  // Swapping would only put the end off; not every kernel counts swap.
  await files.write(join(folder, "memory.swap.max"), "0").catch(() => undefined);
  await files.write(join(folder, "memory.oom.group"), "1").catch(() => undefined);
  await files.write(join(folder, "pids.max"), String(processesMax)).catch(() => undefined);
  return {
    attach: (pid) => files.write(join(folder, "cgroup.procs"), String(pid)),
    async exceeded() {
      const events = await files.read(join(folder, "memory.events")).catch(() => "");
      return Number(/^oom_kill (\d+)/m.exec(events)?.[1] ?? 0) > 0;
    },
    close: () => remove(folder, files),
  };
}

/**
 * The first folder in which a group with a memory limit can be made; tried, not guessed. Undefined where
 * the service was given no subtree with the memory controller: its own group, or the one above it when
 * it lives in a leaf (systemd's `Delegate=yes`, `DelegateSubgroup=`).
 */
export async function delegatedSubtree({
  membership,
  mountedAt = "/sys/fs/cgroup",
  files = systemFiles,
}: CgroupOptions): Promise<string | undefined> {
  const own = /^0::(\/.*)$/m.exec(membership)?.[1];
  if (own === undefined) return undefined;
  for (const folder of [join(mountedAt, own), join(mountedAt, own, "..")]) {
    const controllers = await files.read(join(folder, "cgroup.controllers")).catch(() => "");
    if (!controllers.split(/\s/).includes("memory")) continue;
    const control = join(folder, "cgroup.subtree_control");
    await files.write(control, "+memory +pids").catch(() => undefined);
    const trial = join(folder, `lilux-trial-${process.pid}`);
    try {
      await files.makeFolder(trial);
      await files.read(join(trial, "memory.max"));
      return folder;
    } catch {
      // Not ours to divide.
    } finally {
      await files.removeFolder(trial).catch(() => undefined);
    }
  }
  return undefined;
}

/** A group can be removed once its last process is gone, which takes the kernel a moment. */
async function remove(folder: string, files: CgroupFiles): Promise<void> {
  await files.write(join(folder, "cgroup.kill"), "1").catch(() => undefined);
  for (let tries = 0; tries < REMOVE_TRIES; tries += 1) {
    const removed = await files.removeFolder(folder).then(
      () => true,
      (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT",
    );
    if (removed) return;
    await new Promise((resolve) => setTimeout(resolve, REMOVE_PAUSE_MS));
  }
}
