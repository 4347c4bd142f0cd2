// `npm run check` asks this: what production dependencies are under, as they are installed.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type LicensedPackage, licenceFaults } from "./licence-faults.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const listed = spawnSync("pnpm", ["licenses", "list", "-r", "--prod", "--json"], {
  cwd: ROOT,
  encoding: "utf8",
  timeout: 120_000,
  maxBuffer: 64 * 1024 * 1024,
});
if (listed.status !== 0) throw new Error(`pnpm licenses failed: ${listed.stderr}`);
const byLicence = JSON.parse(listed.stdout) as Record<string, LicensedPackage[]>;
const packages = Object.values(byLicence).flat();
const faults = licenceFaults(packages);
// An empty list would be a check of nothing.
if (packages.length < 50) faults.push(`only ${packages.length} packages were listed`);
process.stdout.write(faults.map((fault) => `${fault}\n`).join(""));
process.stdout.write(`${packages.length} packages, ${faults.length} under what is not allowed\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
