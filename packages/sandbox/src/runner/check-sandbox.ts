import { type ConfinementOptions, openConfinement } from "./open-confinement.ts";

/** What `lilux doctor` says of the sandbox. */
export type SandboxCheck =
  | { available: true; name: string; memory: string }
  | { available: false; reason: string };

/** Tries the sandbox as a service does when it starts. */
export async function checkSandbox(options: ConfinementOptions): Promise<SandboxCheck> {
  const opened = await openConfinement(options);
  if (!opened.available) return opened;
  const { name, memory } = opened.runner;
  return { available: true, name, memory };
}
