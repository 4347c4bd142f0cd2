import { createHash } from "node:crypto";
import { LiluxError } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { PythonFacts } from "../runner/python-facts.ts";
import { normaliseName } from "./read-requirement.ts";

/** Exactly what is to be installed. */
export interface EnvironmentLock {
  packages: { name: string; version: string; sha256: string }[];
  /** For `pip install --require-hashes`. */
  requirements: string;
  /** Same interpreter, same platform, same packages: same key. */
  key: string;
}

const Report = Type.Object({
  install: Type.Array(
    Type.Object({
      metadata: Type.Object({ name: Type.String(), version: Type.String() }),
      download_info: Type.Object({
        archive_info: Type.Object({
          hash: Type.Optional(Type.String()),
          hashes: Type.Optional(Type.Record(Type.String(), Type.String())),
        }),
      }),
    }),
  ),
});

const VERSION = /^[A-Za-z0-9.!+_-]{1,64}$/;

/** What pip would install, from its installation report (version 1). Throws `dependency_failed`. Pure. */
export function readLock(report: string, python: PythonFacts): EnvironmentLock {
  const parsed = parseReport(report);
  const packages = parsed.install
    .map(({ metadata, download_info }) => {
      const { hash = "", hashes } = download_info.archive_info;
      const sha256 = hashes?.["sha256"] ?? /^sha256=([0-9a-f]{64})$/.exec(hash)?.[1] ?? "";
      return { name: normaliseName(metadata.name), version: metadata.version, sha256 };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, version, sha256 } of packages) {
    if (!VERSION.test(version) || !/^[0-9a-f]{64}$/.test(sha256)) {
      throw unreadable(`no version and hash for ${name}`);
    }
  }
  const requirements = packages
    .map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`)
    .join("");
  const key = createHash("sha256")
    .update(`${python.version}\n${python.platform}\n${requirements}`)
    .digest("hex");
  return { packages, requirements, key };
}

function parseReport(text: string): Static<typeof Report> {
  try {
    const value: unknown = JSON.parse(text);
    if (Value.Check(Report, value)) return value;
  } catch (cause) {
    throw unreadable(cause);
  }
  throw unreadable("the report has another form");
}

function unreadable(cause: unknown): LiluxError {
  return new LiluxError("dependency_failed", {
    message: "What pip would install cannot be read. pip 22.2 or newer is needed.",
    cause,
  });
}
