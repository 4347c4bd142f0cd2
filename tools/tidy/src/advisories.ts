// What is known against our locked packages, by the snapshot beside `audit.mjs`; part of `npm run check`. With
// `--from <folder>`, a checkout of github/advisory-database, the snapshot is made anew.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AdvisorySnapshot,
  advisoryFaults,
  lockedVersions,
  staleness,
} from "./advisory-faults.ts";
import { readOsv } from "./read-osv.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const FILE = join(ROOT, "tools", "setup", "advisories.json");
const locked = lockedVersions(readFileSync(join(ROOT, "pnpm-lock.yaml"), "utf8"));

const [option, folder] = process.argv.slice(2);
if (option === "--from" && folder !== undefined) {
  writeFileSync(FILE, `${JSON.stringify(snapshotOf(folder), null, 2)}\n`);
}
const snapshot: AdvisorySnapshot = JSON.parse(readFileSync(FILE, "utf8"));
const faults = advisoryFaults(locked, snapshot.advisories);
for (const line of [...faults, staleness(snapshot, Date.now()) ?? ""].filter(Boolean)) {
  process.stdout.write(`${line}\n`);
}
process.stdout.write(
  `${snapshot.advisories.length} advisories of ${snapshot.takenAt}, ${faults.length} of them about a locked version\n`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

function snapshotOf(checkout: string): AdvisorySnapshot {
  const reviewed = join(checkout, "advisories", "github-reviewed");
  const files = readdirSync(reviewed, { recursive: true, encoding: "utf8" });
  const names = new Set(locked.keys());
  const advisories = files
    .filter((path) => path.endsWith(".json"))
    .flatMap((path) => readOsv(JSON.parse(readFileSync(join(reviewed, path), "utf8")), names));
  return {
    takenAt: new Date().toISOString().slice(0, 10),
    source:
      "github/advisory-database (CC-BY-4.0), advisories/github-reviewed, of packages in pnpm-lock.yaml",
    isComplete: true,
    advisories: advisories.toSorted((a, b) =>
      `${a.name} ${a.id}`.localeCompare(`${b.name} ${b.id}`),
    ),
  };
}
