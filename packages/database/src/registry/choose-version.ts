import semver from "semver";

export interface ListedVersion {
  version: string;
  yanked: boolean;
}

/**
 * The version a wish names. An exact version is that one, yanked or not. A range
 * is the highest that fits and was not yanked; a prerelease only fits a range
 * that names one. No wish is the newest release. Undefined when none fits.
 */
export function chooseVersion(
  versions: readonly ListedVersion[],
  wanted: string | undefined,
): string | undefined {
  const exact = wanted === undefined ? null : semver.valid(wanted);
  if (exact !== null) return versions.find(({ version }) => version === exact)?.version;
  const offered = versions.filter(({ yanked }) => !yanked).map(({ version }) => version);
  return semver.maxSatisfying(offered, wanted ?? "*") ?? undefined;
}

/** What an item is listed with: its newest release, else its newest prerelease, else "". */
export function latestVersion(versions: readonly ListedVersion[]): string {
  const offered = versions.filter(({ yanked }) => !yanked).map(({ version }) => version);
  const release = semver.maxSatisfying(offered, "*");
  return release ?? semver.maxSatisfying(offered, "*", { includePrerelease: true }) ?? "";
}

/** Highest first. */
export function sortedVersions(versions: readonly string[]): string[] {
  return semver.rsort([...versions]);
}
