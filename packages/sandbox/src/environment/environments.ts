import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { untilAborted } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { PythonFacts } from "../runner/python-facts.ts";
import { folderBytes } from "./folder-bytes.ts";
import { assertListed, narrowed, type PackageList } from "./package-list.ts";
import type { Installer } from "./pip-installer.ts";
import type { EnvironmentLock } from "./read-lock.ts";
import { type Requirement, readRequirement } from "./read-requirement.ts";

/** An installed environment that is in use. */
export interface HeldEnvironment {
  /** The folder with the packages. */
  path: string;
  /** Its lock's key. */
  key: string;
  release(): void;
}

export interface Environments {
  /** Throws `dependency_refused` where that can be known without asking the index. */
  check(dependencies: readonly string[]): void;
  /**
   * The environment for these dependencies, installed if need be; those who
   * want the same wait for one installation. Throws `dependency_refused`,
   * `dependency_failed`, `overloaded`, and as the signal ends.
   */
  take(
    dependencies: readonly string[],
    options: {
      /** Names that the tenant lets its scripts have, of the installation's; undefined: all of these. */
      tenantPackages?: readonly string[] | undefined;
      signal: AbortSignal;
      onProgress: (line: string) => void;
    },
  ): Promise<HeldEnvironment>;
}

export interface EnvironmentsOptions {
  /** The cache. Its parents must let others pass when scripts run as somebody else. */
  folder: string;
  list: PackageList;
  python: PythonFacts;
  installer: Installer;
  environmentsMax?: number;
  bytesMax?: number;
}

const ENVIRONMENTS_MAX = 32;
const BYTES_MAX = 1024 * 1024 * 1024;
const WAITING_MAX = 16;
const INSTALL_MS_MAX = 300_000;

/** What is to be installed, and out of what. */
interface Wanted {
  requirements: readonly Requirement[];
  list: PackageList;
}

interface Installed {
  key: string;
  path: string;
}

/**
 * Environments for scripts' dependencies, one per lock. An environment is made
 * aside and renamed into place, so that one that is there is whole. The least
 * recently used go first when there are too many, never one in use.
 */
export function createEnvironments(options: EnvironmentsOptions): Environments {
  const { folder, list: installation, python, installer } = options;
  const { environmentsMax = ENVIRONMENTS_MAX, bytesMax = BYTES_MAX } = options;
  const running = new Map<string, Promise<Installed>>();
  const inUse = new Map<string, number>();
  let queue: Promise<unknown> = Promise.resolve();

  /** Requirements that were resolved before, by interpreter and list: no index is asked again. */
  function requestKey({ requirements, list }: Wanted): string {
    const listed = [...list.values()].map(({ line }) => line).sort();
    const lines = requirements.map(({ line }) => line).sort();
    const parts = [python.version, python.platform, ...lines, "within", ...listed];
    return createHash("sha256").update(parts.join("\n")).digest("hex");
  }

  async function known(request: string): Promise<Installed | undefined> {
    const key = await readFile(join(folder, "requests", request), "utf8").catch(() => "");
    if (!/^[0-9a-f]{64}$/.test(key)) return undefined;
    const path = join(folder, "environments", key);
    const now = new Date();
    const isThere = await utimes(path, now, now).then(
      () => true,
      () => false,
    );
    return isThere ? { key, path } : undefined;
  }

  async function make(request: string, { requirements, list }: Wanted): Promise<Installed> {
    const signal = AbortSignal.timeout(INSTALL_MS_MAX);
    const staging = await installer.makeStaging(join(folder, "environments"));
    try {
      const lines = requirements.map(({ line }) => line);
      const constraints = [...list.values()].map(({ name, specifier }) => `${name}${specifier}`);
      const lock = await installer.resolve({ requirements: lines, constraints, staging, signal });
      const names = lock.packages.map(({ name }) => name);
      assertListed(names, lists(list), "These packages would be brought along and are not allowed");
      const path = await installLocked(lock, staging, signal);
      await mkdir(join(folder, "requests"), { recursive: true });
      await writeFile(join(folder, "requests", request), lock.key);
      return { key: lock.key, path };
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }

  async function installLocked(
    lock: EnvironmentLock,
    staging: string,
    signal: AbortSignal,
  ): Promise<string> {
    const path = join(folder, "environments", lock.key);
    if (await stat(path).catch(() => undefined)) return path;
    await installer.install({ lock, staging, signal });
    const bytes = await folderBytes(join(staging, "packages"), bytesMax);
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    await writeFile(join(staging, "packages", "lilux-lock.txt"), lock.requirements);
    await rename(join(staging, "packages"), path);
    await prune(lock.key);
    return path;
  }

  async function prune(newest: string): Promise<void> {
    const names = await readdir(join(folder, "environments"));
    const entries = names
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .map(async (key) => {
        const stats = await stat(join(folder, "environments", key)).catch(() => undefined);
        return { key, usedMs: stats?.mtimeMs ?? 0 };
      });
    const oldestFirst = (await Promise.all(entries)).sort((a, b) => a.usedMs - b.usedMs);
    let excess = oldestFirst.length - environmentsMax;
    for (const { key } of oldestFirst) {
      if (excess <= 0) return;
      if (inUse.has(key) || key === newest) continue;
      await rm(join(folder, "environments", key), { recursive: true, force: true });
      excess -= 1;
    }
  }

  function start(request: string, wanted: Wanted): Promise<Installed> {
    if (running.size >= WAITING_MAX) throw new LiluxError("overloaded");
    const made = queue.then(() => make(request, wanted));
    queue = made.catch(() => undefined);
    running.set(request, made);
    const forget = (): void => void running.delete(request);
    made.then(forget, forget);
    return made;
  }

  const lists = (list: PackageList) => ({ list, installation });

  function hold({ key, path }: Installed): HeldEnvironment {
    inUse.set(key, (inUse.get(key) ?? 0) + 1);
    let released = false;
    return {
      path,
      key,
      release() {
        if (released) return;
        released = true;
        const left = (inUse.get(key) ?? 1) - 1;
        if (left === 0) inUse.delete(key);
        else inUse.set(key, left);
      },
    };
  }

  function check(dependencies: readonly string[], list: PackageList): Requirement[] {
    const requirements = dependencies.map(readRequirement);
    const names = requirements.map(({ name }) => name);
    assertListed(names, lists(list), "The script depends on packages that are not allowed here");
    return requirements;
  }

  return {
    check: (dependencies) => void check(dependencies, installation),
    async take(dependencies, { tenantPackages, signal, onProgress }) {
      const list = narrowed(installation, tenantPackages);
      const requirements = check(dependencies, list);
      const wanted = { requirements, list };
      const request = requestKey(wanted);
      const there = running.has(request) ? undefined : await known(request);
      if (there !== undefined) return hold(there);
      onProgress(`installing ${requirements.map(({ name }) => name).join(", ")} …`);
      const installed = running.get(request) ?? start(request, wanted);
      return hold(await untilAborted(installed, signal));
    },
  };
}

function tooLarge(bytesMax: number): LiluxError {
  return new LiluxError("dependency_failed", {
    message: `The script's dependencies take more than ${Math.round(bytesMax / 1024 / 1024)} MiB. Depend on less.`,
    details: { reason: "too_large", bytesMax },
  });
}
