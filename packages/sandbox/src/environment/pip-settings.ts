import { execFile } from "node:child_process";
import { promisify } from "node:util";

const LIST_MS = 15_000;

/** Where packages come from and how they are reached; nothing about where they go. */
const KEPT = new Set([
  "index-url",
  "extra-index-url",
  "find-links",
  "no-index",
  "cert",
  "client-cert",
  "trusted-host",
  "proxy",
  "timeout",
  "default-timeout",
  "retries",
]);
/** Later ones win, as in pip. */
const SECTIONS = ["global", "install", ":env:"];

export interface PipSettings {
  /** `PIP_…` variables. They may hold credentials: never logged. */
  variables: Record<string, string>;
  /** Local paths that they name. */
  paths: string[];
}

/** The machine's own configuration of pip, as pip itself reads it. Empty when it cannot be read. */
export async function readPipSettings(
  python: string,
  env: Readonly<Record<string, string>>,
): Promise<PipSettings> {
  const listed = await promisify(execFile)(python, ["-I", "-m", "pip", "config", "list"], {
    env: { ...env },
    timeout: LIST_MS,
  }).catch(() => ({ stdout: "" }));
  return parsePipSettings(listed.stdout);
}

/** Pure. */
export function parsePipSettings(listing: string): PipSettings {
  const values = new Map<string, string>();
  for (const section of SECTIONS) {
    for (const line of listing.split("\n")) {
      const [, where, name = "", quoted = ""] = /^([\w:]+)\.([\w-]+)=(.*)$/.exec(line) ?? [];
      if (where !== section || !KEPT.has(name)) continue;
      values.set(name, unquote(quoted));
    }
  }
  const variables = Object.fromEntries(
    [...values].map(([name, value]) => [`PIP_${name.toUpperCase().replaceAll("-", "_")}`, value]),
  );
  const paths = ["find-links", "cert", "client-cert"].flatMap((name) =>
    (values.get(name) ?? "").split(/\s+/).flatMap((value) => localPath(value) ?? []),
  );
  return { variables, paths };
}

/** A Python string literal as pip prints one; several lines are several values. */
function unquote(literal: string): string {
  return literal
    .trim()
    .replace(/^(['"])(.*)\1$/, "$2")
    .replaceAll("\\n", " ")
    .replaceAll("\\'", "'")
    .replaceAll("\\\\", "\\")
    .trim();
}

function localPath(value: string): string | undefined {
  const path = value.replace(/^file:\/\//, "");
  return path.startsWith("/") ? path : undefined;
}
