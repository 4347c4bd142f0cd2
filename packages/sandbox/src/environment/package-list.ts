import { LiluxError } from "@lilux/protocol";
import type { Requirement } from "./read-requirement.ts";
import { normaliseName, readRequirement } from "./read-requirement.ts";

/** The packages an installation lets scripts depend on, by normalised name. */
export type PackageList = ReadonlyMap<string, Requirement>;

/**
 * `LILUX_SCRIPT_PACKAGES`: requirements with spaces between them, as
 * `requests>=2.31,<3 pyyaml>=6`. What they bring along must be listed, too.
 * Throws `config_invalid`.
 */
export function readPackageList(setting: string): PackageList {
  const list = new Map<string, Requirement>();
  for (const word of setting.split(/\s+/).filter((part) => part !== "")) {
    try {
      const requirement = readRequirement(word);
      list.set(requirement.name, requirement);
    } catch (cause) {
      throw new LiluxError("config_invalid", {
        message: `LILUX_SCRIPT_PACKAGES must be package names with version ranges and spaces between them, as: requests>=2.31,<3 pyyaml>=6`,
        cause,
      });
    }
  }
  return list;
}

/** Of an installation's packages those that a tenant names; what it does not know stays out. Undefined: all. */
export function narrowed(
  list: PackageList,
  tenantPackages: readonly string[] | undefined,
): PackageList {
  if (tenantPackages === undefined) return list;
  const named = new Set(tenantPackages.map(normaliseName));
  return new Map([...list].filter(([name]) => named.has(name)));
}

export interface PackageLists {
  /** What counts: the installation's, or what a tenant left of it. */
  list: PackageList;
  installation: PackageList;
}

/** Throws `dependency_refused`, naming every package that is not on the list, and whose list that is. */
export function assertListed(
  names: readonly string[],
  { list, installation }: PackageLists,
  why: string,
): void {
  const missing = [...new Set(names.filter((name) => !list.has(name)))].sort();
  if (missing.length === 0) return;
  if (missing.every((name) => installation.has(name))) {
    throw new LiluxError("dependency_refused", {
      message: `${why}: ${missing.join(", ")}. An admin of your tenant can allow them in its settings (scriptPackages).`,
      details: { packages: missing, setting: "scriptPackages" },
    });
  }
  throw new LiluxError("dependency_refused", {
    message: `${why}: ${missing.join(", ")}. The operator can allow what is trusted by LILUX_SCRIPT_PACKAGES.`,
    details: { packages: missing, setting: "LILUX_SCRIPT_PACKAGES" },
  });
}
