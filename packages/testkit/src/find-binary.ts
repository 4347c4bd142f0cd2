import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program is, by PATH and the folders Debian keeps servers in. */
export function findBinary(name: string, path = process.env["PATH"] ?? ""): string | undefined {
  const folders = [
    ...path.split(delimiter),
    "/usr/sbin",
    "/usr/local/sbin",
    "/sbin",
    ...postgresFolders(),
  ];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** Debian keeps Postgres's programs off the PATH, a folder per version; the newest first. */
function postgresFolders(): string[] {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, "bin"));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
