import { LiluxError } from "@lilux/protocol";

/** A path of a filesystem grant, taken apart. */
export interface PathGrant {
  /** As written. */
  written: string;
  writable: boolean;
  /** Relative to the project, without a slash at either end; empty for the project itself. */
  base: string;
  /** `exact`: this file or folder; `folder`: all below; else the names within it that match. */
  covers: { kind: "exact" } | { kind: "folder" } | { kind: "names"; pattern: string };
}

/** Throws `permission_denied` for a path that no grant may have. Pure. */
export function readPathGrant(written: string, writable: boolean): PathGrant {
  const refuse = (problem: string): never => {
    throw refusedPath(written, problem);
  };
  if (written.includes("\0") || written.includes("\\")) refuse("is not a path of this project");
  if (written.startsWith("/") || written.startsWith("~")) refuse("must be relative to the project");
  const endsInFolder = written === "." || written.endsWith("/");
  const segments = written.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) refuse("must not lead upward");
  const last = segments.at(-1);
  const rest = segments.slice(0, -1);
  if (rest.some((segment) => segment.includes("*"))) refuse("may have a star only at its end");
  if (last === "**" || last === undefined || endsInFolder) {
    const base = (last === "**" ? rest : segments).join("/");
    if (base.includes("*")) refuse("may have a star only at its end");
    return { written, writable, base, covers: { kind: "folder" } };
  }
  if (!last.includes("*")) {
    return { written, writable, base: segments.join("/"), covers: { kind: "exact" } };
  }
  if (last.includes("**")) refuse("may have ** only by itself, as in data/**");
  if (writable) refuse("must name a file, or a folder as in out/**, to be written to");
  return { written, writable, base: rest.join("/"), covers: { kind: "names", pattern: last } };
}

export function refusedPath(written: string, problem: string): LiluxError {
  return new LiluxError("permission_denied", {
    message: `The script asks for the files "${written}", which ${problem}. Correct its __permissions__.`,
    details: { field: "permissions.path", path: written },
  });
}
