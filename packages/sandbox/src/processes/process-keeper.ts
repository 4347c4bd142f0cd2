import { type ChildProcess, fork } from "node:child_process";
import { text } from "node:stream/consumers";
import { abortError } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { KeeperReport, KeeperRequest } from "./keeper-messages.ts";
import type { ProcessOutcome } from "./process-outcome.ts";
import type { ProcessEnd, ProcessPlan, Supervision } from "./process-plan.ts";
import { readOutcome } from "./read-outcome.ts";

/** Runs processes within bounds. */
export interface ProcessKeeper {
  /**
   * Runs a process to its end and nothing of it longer. Throws `script_timeout`,
   * `script_memory_exceeded`, `script_output_too_large`, `sandbox_unavailable`, what the
   * signal says (`cancelled`, `deadline_exceeded`); an error of the system where the
   * command cannot be started.
   */
  run(plan: ProcessPlan, supervision: Supervision): Promise<ProcessEnd>;
}

/** Beyond a run's own time limit, which the keeper holds: then it is the keeper that hangs. */
const SILENT_MS_MAX = 15_000;
const LAST_WORDS_MAX = 500;

/**
 * Has processes run by another process, the keeper, which is started at the first run and lives as long
 * as this one does. Starting one from here would stop everything else for the time that the
 * kernel takes to copy the page tables of a service: 6 to 30 ms at 300 MB (`bench/RESULTS.md`).
 * One that died is started again by the next run.
 */
export function createProcessKeeper(): ProcessKeeper {
  let keeper: Keeper | undefined;

  /** A failure and the end of one are told apart from each other, and its successor may be there by then. */
  function started(): Keeper {
    const made = startKeeper(() => {
      if (keeper === made) keeper = undefined;
    });
    return made;
  }

  return {
    async run(plan, supervision) {
      const { signal, timeoutMs } = supervision;
      if (signal.aborted) throw abortError(signal);
      keeper ??= started();
      const outcome = await keeper.keep(plan, supervision);
      return readOutcome(outcome, { signal, timeoutMs });
    },
  };
}

/** The keeper of this process. */
export const processKeeper: ProcessKeeper = createProcessKeeper();

interface Keeper {
  keep(plan: ProcessPlan, supervision: Supervision): Promise<ProcessOutcome>;
}

interface AskedRun {
  onLine: (line: string) => void;
  resolve: (outcome: ProcessOutcome) => void;
  reject: (error: Error) => void;
}

function startKeeper(onGone: () => void): Keeper {
  const child = fork(new URL("./keeper-main.ts", import.meta.url), {
    // Nothing of the service's: neither its variables nor what its Node was told.
    env: {},
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const asked = new Map<number, AskedRun>();
  const lastWords = lastWordsOf(child);
  let runs = 0;

  function send(request: KeeperRequest): void {
    // A keeper that is gone takes nothing; its end is told by `exit`.
    child.send(request, () => undefined);
  }
  child.on("message", (report: KeeperReport) => {
    const run = asked.get(report.run);
    if (report.type === "line") run?.onLine(report.line);
    else run?.resolve(report.outcome);
  });
  async function gone(how: string): Promise<void> {
    onGone();
    const lost = [...asked.values()];
    const cause = new Error(`the process that keeps scripts ended (${how}) ${await lastWords}`);
    for (const { reject } of lost) reject(new LiluxError("sandbox_unavailable", { cause }));
  }
  child.once("error", (error) => void gone(error.message));
  child.once("exit", (code, signal) => void gone(String(signal ?? code)));
  rest(child);

  return {
    async keep(plan, { signal, onLine, ...bounds }) {
      const run = runs;
      runs += 1;
      const { promise, resolve, reject } = Promise.withResolvers<ProcessOutcome>();
      asked.set(run, { onLine, resolve, reject });
      child.ref();
      child.channel?.ref();
      const onAbort = (): void => send({ type: "stop", run });
      signal.addEventListener("abort", onAbort, { once: true });
      const timer = setTimeout(() => child.kill("SIGKILL"), bounds.timeoutMs + SILENT_MS_MAX);
      try {
        send({ type: "run", run, plan, bounds });
        return await promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        asked.delete(run);
        if (asked.size === 0) rest(child);
      }
    },
  };
}

/** With nothing to run it keeps nobody from ending. */
function rest(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

/** What it wrote on stderr before it ended: nothing, unless it is broken. */
async function lastWordsOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) return "";
  if ("unref" in stderr && typeof stderr.unref === "function") stderr.unref();
  return (await text(stderr).catch(() => "")).slice(-LAST_WORDS_MAX);
}
