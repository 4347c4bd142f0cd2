import { satisfies } from "semver";

/** What is known against some versions of a package. */
export interface Advisory {
  id: string;
  name: string;
  severity: string;
  /** Ranges of semver; a version within any of them is meant. */
  vulnerable: readonly string[];
  url: string;
}

export interface AdvisorySnapshot {
  /** A day, as 2026-11-29. */
  takenAt: string;
  source: string;
  /** Whether all that was known of our packages that day is in it. */
  isComplete: boolean;
  advisories: readonly Advisory[];
}

/** After so many days a snapshot is worth taking anew. */
const FRESH_DAYS = 45;
const DAY_MS = 24 * 3_600_000;

/** Every package of a lockfile of pnpm, with its versions. */
export function lockedVersions(lockfile: string): Map<string, Set<string>> {
  const [, packages = ""] = lockfile.split(/^packages:$/m);
  const [own = ""] = packages.split(/^snapshots:$/m);
  const locked = new Map<string, Set<string>>();
  for (const [, name = "", version = ""] of own.matchAll(/^ {2}'?(@?[^@'\s]+)@([^:'(\s]+)'?:$/gm)) {
    locked.set(name, (locked.get(name) ?? new Set()).add(version));
  }
  return locked;
}

/** Locked versions that something is known against, as a line each. */
export function advisoryFaults(
  locked: ReadonlyMap<string, ReadonlySet<string>>,
  advisories: readonly Advisory[],
): string[] {
  return advisories
    .flatMap(({ id, name, severity, vulnerable, url }) =>
      [...(locked.get(name) ?? [])]
        .filter((version) =>
          vulnerable.some((range) => satisfies(version, range, { includePrerelease: true })),
        )
        .map((version) => `${name} ${version}: ${severity}, ${id} ${url}`),
    )
    .toSorted();
}

/** Undefined while a snapshot is worth something; else what to do. */
export function staleness(
  { takenAt, isComplete }: AdvisorySnapshot,
  now: number,
): string | undefined {
  const days = Math.floor((now - Date.parse(takenAt)) / DAY_MS);
  const part = isComplete ? "" : " It holds a part of what is known, not all.";
  if (days <= FRESH_DAYS && isComplete) return undefined;
  return `The snapshot of advisories is ${days} days old.${part} Take a new one: docs/operations/supply-chain.md.`;
}
