import type { KiwiConfig } from "../config.ts";
import { openGvisor } from "./gvisor-runner.ts";
import { type OpenedSandbox, openSandbox } from "./open-sandbox.ts";
import type { PythonFacts, ScriptRunner } from "./script-runner.ts";

/** The sandbox that is configured, tried; `setup` is bubblewrap's, which dependencies need. */
export async function openConfiguredSandbox(
  config: Pick<KiwiConfig, "programPath" | "scriptSettings" | "sandbox">,
): Promise<
  OpenedSandbox | { available: true; runner: ScriptRunner; python: PythonFacts; setup?: undefined }
> {
  const { memoryBytesMax } = config.scriptSettings;
  const uid = process.getuid?.() ?? -1;
  const options = { path: config.programPath, uid, memoryBytesMax };
  return config.sandbox === "gvisor" ? openGvisor(options) : openSandbox(options);
}

/** What `lilux doctor` says of the sandbox. */
export type SandboxCheck =
  | { available: true; name: string; memory: string }
  | { available: false; reason: string };

/** Tries the sandbox as the service does when it starts. */
export async function checkSandbox(
  config: Pick<KiwiConfig, "programPath" | "scriptSettings" | "sandbox">,
): Promise<SandboxCheck> {
  const opened = await openConfiguredSandbox(config);
  if (!opened.available) return opened;
  const { name, memory } = opened.runner;
  return { available: true, name, memory };
}
