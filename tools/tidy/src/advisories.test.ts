import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type AdvisorySnapshot,
  advisoryFaults,
  lockedVersions,
  staleness,
} from "./advisory-faults.ts";
import { readOsv } from "./read-osv.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const locked = lockedVersions(readFileSync(join(ROOT, "pnpm-lock.yaml"), "utf8"));
const snapshot: AdvisorySnapshot = JSON.parse(
  readFileSync(join(ROOT, "tools", "setup", "advisories.json"), "utf8"),
);

test("nothing that the snapshot knows of is in the lockfile, and the lockfile was read", () => {
  expect(locked.size).toBeGreaterThan(300);
  expect(locked.get("@grpc/grpc-js")?.size).toBe(1);
  expect(locked.get("brace-expansion")?.size).toBeGreaterThan(1);
  expect(advisoryFaults(locked, snapshot.advisories)).toEqual([]);
});

const advisory = (vulnerable: string[]) => [
  { id: "GHSA-1", name: "left-pad", severity: "high", vulnerable, url: "u" },
];
const has = (...versions: string[]) => new Map([["left-pad", new Set(versions)]]);

test("a version is known by the ranges of semver, its own and those before a release, and no other package's", () => {
  const faults = (version: string, ...ranges: string[]) =>
    advisoryFaults(has(version), advisory(ranges)).length;
  expect(faults("3.1.5", ">=3.1.3 <3.1.6", ">=4.0.0 <4.1.3")).toBe(1);
  expect(faults("4.1.2", ">=3.1.3 <3.1.6", ">=4.0.0 <4.1.3")).toBe(1);
  expect(faults("3.1.6", ">=3.1.3 <3.1.6")).toBe(0);
  expect(faults("3.1.6-rc.1", ">=3.1.3 <3.1.6")).toBe(1);
  expect(faults("2.0.0", "2.0.0")).toBe(1);
  expect(advisoryFaults(has("1.0.0", "1.0.1"), advisory(["<1.0.1"]))).toEqual([
    "left-pad 1.0.0: high, GHSA-1 u",
  ]);
  expect(advisoryFaults(new Map([["right-pad", new Set(["1.0.0"])]]), advisory(["*"]))).toEqual([]);
});

test("of the database's form every range is read: fixed, last affected, open, listed; one that was withdrawn is none", () => {
  const names = new Set(["left-pad"]);
  const pkg = { ecosystem: "npm", name: "left-pad" };
  const read = (affected: object) =>
    readOsv({ id: "GHSA-1", affected: [{ package: pkg, ...affected }] }, names);
  const events = (...list: object[]) => ({ ranges: [{ type: "ECOSYSTEM", events: list }] });
  const rangesOf = (affected: object) => read(affected)[0]?.vulnerable;
  expect(rangesOf(events({ introduced: "0" }, { fixed: "1.2.0" }))).toEqual([">=0.0.0-0 <1.2.0"]);
  expect(rangesOf(events({ introduced: "1.0.0" }, { last_affected: "1.4.0" }))).toEqual([
    ">=1.0.0 <=1.4.0",
  ]);
  expect(
    rangesOf(events({ introduced: "1.0.0" }, { fixed: "1.1.0" }, { introduced: "2.0.0" })),
  ).toEqual([">=1.0.0 <1.1.0", ">=2.0.0"]);
  expect(
    rangesOf({
      ...events({ introduced: "0" }),
      database_specific: { last_known_affected_version_range: "<= 1.0.9" },
    }),
  ).toEqual([">=0.0.0-0 <=1.0.9"]);
  expect(rangesOf({ versions: ["1.3.0"] })).toEqual(["1.3.0"]);
  expect(
    readOsv({ id: "x", withdrawn: "2026-01-01", affected: [{ package: pkg }] }, names),
  ).toEqual([]);
  expect(
    readOsv({ id: "x", affected: [{ package: { ecosystem: "PyPI", name: "left-pad" } }] }, names),
  ).toEqual([]);
});

test("a snapshot that is old or a part of what is known says so", () => {
  const of = (takenAt: string, isComplete: boolean) =>
    staleness({ takenAt, isComplete, source: "", advisories: [] }, Date.parse("2026-11-29"));
  expect(of("2026-11-01", true)).toBeUndefined();
  expect(of("2026-09-01", true)).toMatch(/89 days old/);
  expect(of("2026-11-29", false)).toMatch(/a part of what is known/);
});
