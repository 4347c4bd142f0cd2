import { openGvisor } from "./gvisor-runner.ts";
import { type OpenedSandbox, openSandbox } from "./open-sandbox.ts";
import type { PythonFacts } from "./python-facts.ts";
import type { ScriptRunner } from "./script-runner.ts";

export interface ConfinementOptions {
  kind: "bubblewrap" | "gvisor";
  /** Where programs are looked for after the system's own folders. */
  programPath: string;
  /** What all processes of a run may hold together. */
  memoryBytesMax: number;
}

/** The sandbox that is asked for, tried; `setup` is bubblewrap's, which dependencies need. */
export async function openConfinement({
  kind,
  programPath,
  memoryBytesMax,
}: ConfinementOptions): Promise<
  OpenedSandbox | { available: true; runner: ScriptRunner; python: PythonFacts; setup?: undefined }
> {
  const options = { path: programPath, uid: process.getuid?.() ?? -1, memoryBytesMax };
  return kind === "gvisor" ? openGvisor(options) : openSandbox(options);
}
