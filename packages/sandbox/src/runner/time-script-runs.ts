import { LiluxError } from "@lilux/protocol";
import { type BubblewrapOptions, bubblewrapRunner } from "./bubblewrap-runner.ts";
import { openSandbox } from "./open-sandbox.ts";
import { plainRunner } from "./plain-runner.ts";
import { NO_ACCESS, type ScriptRunner } from "./script-runner.ts";

/** Milliseconds of each run, in order. */
export interface ScriptRunTimes {
  sandboxed: number[];
  /** Without the system call filter: what the filter costs. */
  unfiltered: number[];
  /** Python alone, as the server's own user: the floor. */
  plain: number[];
}

const RUN_MS_MAX = 30_000;
const TRIVIAL = 'print("{}")';

/**
 * Times cold runs of a script that does nothing, in the sandbox, without its
 * filter, and without a sandbox, taking turns so that whatever else the machine
 * does falls on all alike. For measurements; a service never runs so. Throws
 * `sandbox_unavailable`.
 */
export async function timeScriptRuns(
  { programPath, memoryBytesMax }: { programPath: string; memoryBytesMax: number },
  { runs }: { runs: number },
): Promise<ScriptRunTimes> {
  const uid = process.getuid?.() ?? -1;
  const opened = await openSandbox({ path: programPath, uid, memoryBytesMax });
  if (!opened.available) {
    throw new LiluxError("sandbox_unavailable", { details: { reason: opened.reason } });
  }
  const { runner, setup } = opened;
  const bare: BubblewrapOptions = {
    setup: { ...setup, filter: undefined, waitsForGuard: false },
    memory: { holder: "watchdog", bytesMax: memoryBytesMax },
    sharesUid: false,
  };
  const unfiltered = bubblewrapRunner(bare);
  const plain = plainRunner({ python: setup.python, path: programPath });
  const times: ScriptRunTimes = { sandboxed: [], unfiltered: [], plain: [] };
  for (let count = 0; count < runs; count += 1) {
    times.sandboxed.push(await timeOne(runner));
    times.unfiltered.push(await timeOne(unfiltered));
    times.plain.push(await timeOne(plain));
  }
  return times;
}

async function timeOne(runner: ScriptRunner): Promise<number> {
  const startedAt = performance.now();
  await runner.run(
    { id: "trivial", text: TRIVIAL, flags: [], slot: 0, access: NO_ACCESS },
    { timeoutMs: RUN_MS_MAX, signal: new AbortController().signal, onLine: () => undefined },
  );
  return performance.now() - startedAt;
}
