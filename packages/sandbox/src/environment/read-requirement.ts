import { LiluxError } from "@lilux/protocol";

/** A PEP 508 requirement by name, taken apart. */
export interface Requirement {
  /** Normalised as PEP 503 says: `Ruamel.YAML` is `ruamel-yaml`. */
  name: string;
  /** As `>=2,<3`; empty for any. */
  specifier: string;
  /** The whole line as pip gets it. */
  line: string;
}

const REQUIREMENT =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[A-Za-z0-9._,\s-]*\])?\s*\(?((?:(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+\s*,?\s*)*)\)?\s*(;[\w\s.,*'"<>=!~()+-]*)?$/;
const LENGTH_MAX = 300;

/**
 * Reads one declared dependency. Only names with version ranges are taken:
 * no addresses, no paths, no options of the installer. Throws
 * `dependency_refused`. Pure.
 */
export function readRequirement(written: string): Requirement {
  const text = written.trim();
  const match = text.length > LENGTH_MAX ? null : REQUIREMENT.exec(text);
  const [, name, extras = "", specifier = "", marker = ""] = match ?? [];
  if (name === undefined) {
    throw new LiluxError("dependency_refused", {
      message: `The dependency "${text.slice(0, 80)}" is not a package name with a version range, as "requests>=2.31,<3". Addresses, paths and options are not taken.`,
      details: { field: "dependencies", packages: [text.slice(0, 80)] },
    });
  }
  const ranges = specifier.replace(/\s+/g, "").replace(/,$/, "");
  const line = `${normaliseName(name)}${extras.replace(/\s+/g, "")}${ranges}${marker === "" ? "" : ` ${marker}`}`;
  return { name: normaliseName(name), specifier: ranges, line };
}

/** The normalised name of a declared dependency; undefined for what is not taken as one. */
export function readPackageName(written: string): string | undefined {
  try {
    return readRequirement(written).name;
  } catch {
    return undefined;
  }
}

export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
