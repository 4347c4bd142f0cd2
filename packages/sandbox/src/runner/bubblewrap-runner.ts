import { LiluxError } from "@lilux/protocol";
import { describeLimit, type MemoryLimit } from "../processes/memory/memory-limit.ts";
import { processKeeper } from "../processes/process-keeper.ts";
import type { ProcessEnd } from "../processes/process-plan.ts";
import { type BubblewrapSetup, bubblewrapPlan } from "./bubblewrap-plan.ts";
import type { ScriptRunner } from "./script-runner.ts";

export interface BubblewrapOptions {
  setup: BubblewrapSetup;
  memory: MemoryLimit;
  /** Where only one user id is to be had, every run gets it. */
  sharesUid: boolean;
}

/** Runs scripts in bubblewrap, each under a memory limit of its own. */
export function bubblewrapRunner({ setup, memory, sharesUid }: BubblewrapOptions): ScriptRunner {
  return {
    name: "bubblewrap",
    memory: describeLimit(memory),
    runsAsOther: setup.firstUid !== undefined,
    async run(request, supervision) {
      const slot = sharesUid ? 0 : request.slot;
      const { timeoutMs } = supervision;
      const plan = bubblewrapPlan(setup, { ...request, slot, timeoutMs });
      const end = await processKeeper.run(plan, { ...supervision, memory });
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
