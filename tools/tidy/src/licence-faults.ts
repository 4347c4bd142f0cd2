/** What a package is under, as `pnpm licenses list --json` tells it. */
export interface LicensedPackage {
  name: string;
  versions: readonly string[];
  /** An SPDX expression, or whatever its maker wrote. */
  license: string;
}

/** What may be handed on with Lilux, which is Apache-2.0, without asking anything of those who get it but a notice. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "PSF-2.0",
  "Unlicense",
]);

/** Packages under something else, with what makes it no trouble. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  lightningcss:
    "MPL-2.0 binds changed files of its own; it comes along with the test runner and is in nothing that is shipped",
  "spdx-exceptions":
    "CC-BY-3.0 wants the maker of a list of names told, which its package does; it is handed on as it is",
};

/** Those that may not come along, as a line each. */
export function licenceFaults(packages: readonly LicensedPackage[]): string[] {
  return packages
    .filter(({ name }) => !isException(name))
    .filter(({ license }) => !isAllowed(license))
    .map(({ name, versions, license }) => `${name} ${versions.join(", ")}: ${license}`)
    .toSorted();
}

/** Its libraries for single platforms are packages of their own. */
function isException(name: string): boolean {
  return Object.keys(EXCEPTIONS).some((known) => name === known || name.startsWith(`${known}-`));
}

/** Of `A OR B` one has to be allowed, of `A AND B` both. What is no expression is not. */
function isAllowed(expression: string): boolean {
  const parts = expression.replaceAll(/[()]/g, " ").trim();
  return parts
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((licence) => ALLOWED.has(licence.trim())));
}
