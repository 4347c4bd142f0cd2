import {
  type ExecuteArguments,
  type ExecuteResult,
  LiluxError,
  LOCAL_TENANT,
} from "@lilux/protocol";
import type { OpenedItem } from "../find/open-item.ts";
import type { KiwiMetrics } from "../metrics.ts";
import type { SandboxState, ScriptRunner } from "../sandbox/script-runner.ts";
import { timeoutMsOf } from "./check-inputs.ts";
import { readScriptOutput } from "./read-script-output.ts";
import type { RunSlots } from "./run-slots.ts";
import { scriptFlags } from "./script-flags.ts";

export interface ScriptDeps {
  sandbox: () => Promise<SandboxState>;
  /** Running without a sandbox; undefined when the operator has not allowed it. */
  plain: () => Promise<SandboxState | undefined>;
  slots: RunSlots;
  metrics: KiwiMetrics;
}

export interface ScriptCall {
  tenant: string;
  opened: OpenedItem;
  given: ExecuteArguments;
  /** Checked and converted. */
  inputs: Record<string, unknown>;
  signal: AbortSignal;
  onProgress: (line: string) => void;
}

/**
 * Checks everything that can be known beforehand, then answers the run itself,
 * not yet started. Throws `invalid_inputs`, `sandbox_unavailable`, `overloaded`.
 */
export async function prepareScript(
  deps: ScriptDeps,
  call: ScriptCall,
): Promise<() => Promise<ExecuteResult>> {
  const { opened, given, inputs, tenant, signal } = call;
  const timeoutMs = timeoutMsOf(given);
  const runner = await chooseRunner(deps, tenant);
  const slot = await deps.slots.take(tenant, signal);
  return async () => {
    const startedAt = performance.now();
    const outcome = (name: string): void =>
      deps.metrics.scriptRuns.inc({ sandbox: runner.name.split(" ")[0] ?? "", outcome: name });
    try {
      const end = await runner.run(
        {
          id: opened.item.item_id,
          text: opened.text,
          flags: scriptFlags(inputs),
          slot: slot.number,
        },
        { timeoutMs, signal, onLine: call.onProgress },
      );
      const { status, data } = readScriptOutput(end);
      outcome(status);
      const durationMs = performance.now() - startedAt;
      const { exitCode, truncated, logs } = end;
      const metadata = { durationMs, sandbox: runner.name, exitCode, truncated };
      const { item_id, action } = given;
      return { status, item_type: "script", item_id, action, data, inputs, metadata, logs };
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      outcome(error.code);
      throw error;
    } finally {
      slot.release();
    }
  };
}

async function chooseRunner(deps: ScriptDeps, tenant: string): Promise<ScriptRunner> {
  const sandbox = await deps.sandbox();
  if (sandbox.available) return sandbox.runner;
  const plain = tenant === LOCAL_TENANT ? await deps.plain() : undefined;
  if (plain?.available === true) return plain.runner;
  const { reason } = plain ?? sandbox;
  throw new LiluxError("sandbox_unavailable", {
    message:
      `Scripts run only in a sandbox, and none works here: ${reason}. Install bubblewrap and python3 ` +
      "(Debian: apt install bubblewrap python3), or, on a machine that is yours alone, set LILUX_UNSANDBOXED_SCRIPTS=single-user.",
    details: { reason },
  });
}
