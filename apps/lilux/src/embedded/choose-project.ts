import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../environment.ts";

export interface ProjectChoice {
  path: string;
  /** Why this one, for the line that tells the person. */
  reason: "LILUX_PROJECT" | "working directory" | "demo library";
}

/** The project to serve: the one named, else a working directory with `.ai`, else the demo library. */
export function chooseProject(env: Environment, cwd: string, checkout: string): ProjectChoice {
  const named = env["LILUX_PROJECT"];
  if (named !== undefined && named !== "") return { path: named, reason: "LILUX_PROJECT" };
  if (existsSync(join(cwd, ".ai"))) return { path: cwd, reason: "working directory" };
  return { path: join(checkout, "examples", "library"), reason: "demo library" };
}
