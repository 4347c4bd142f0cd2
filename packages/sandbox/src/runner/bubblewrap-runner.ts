import { LiluxError } from "@lilux/protocol";
import { type BubblewrapSetup, bubblewrapPlan } from "./bubblewrap-plan.ts";
import type { MemoryGuard } from "./memory/run-guard.ts";
import type { ScriptRequest, ScriptRunner } from "./script-runner.ts";
import { type ProcessEnd, type Supervision, superviseProcess } from "./supervise-process.ts";

export interface BubblewrapOptions {
  setup: BubblewrapSetup;
  memory: MemoryGuard;
  /** Where only one user id is to be had, every run gets it. */
  sharesUid: boolean;
}

/** Runs scripts in bubblewrap, each under a guard of its own. */
export function bubblewrapRunner({ setup, memory, sharesUid }: BubblewrapOptions): ScriptRunner {
  return {
    name: "bubblewrap",
    memory: memory.name,
    runsAsOther: setup.firstUid !== undefined,
    async run(request: ScriptRequest, supervision: Supervision) {
      const slot = sharesUid ? 0 : request.slot;
      const { timeoutMs } = supervision;
      const guard = await memory.open();
      const end = await superviseProcess(bubblewrapPlan(setup, { ...request, slot, timeoutMs }), {
        ...supervision,
        guard,
      });
      return { ...end, exitCode: exitCodeOf(end) };
    },
  };
}

/** Bubblewrap reports the script's own exit; without a report, it never got as far as the script. */
function exitCodeOf(end: ProcessEnd): number {
  const reported = /"exit-code"\s*:\s*(\d+)/.exec(end.status)?.[1];
  if (reported !== undefined) return Number(reported);
  throw new LiluxError("sandbox_unavailable", {
    message:
      "The sandbox could not be set up for this run. The operator finds the cause in the log.",
    cause: new Error(
      `bubblewrap ended with ${end.exitCode}: ${end.logs.join(" | ").slice(0, 500)}`,
    ),
  });
}
