import type { ProcessEnd, Supervision } from "./supervise-process.ts";

export interface ScriptRequest {
  id: string;
  text: string;
  flags: readonly string[];
  /** Distinct for runs that go on at the same time. */
  slot: number;
}

/** A way to run scripts. */
export interface ScriptRunner {
  /** What a result's `metadata.sandbox` says. */
  name: string;
  /** Throws as `superviseProcess`, and `sandbox_unavailable` when it could not be set up. */
  run(request: ScriptRequest, supervision: Supervision): Promise<ProcessEnd & { exitCode: number }>;
}

/** What start-up found. */
export type SandboxState =
  | { available: true; runner: ScriptRunner }
  | { available: false; reason: string };
