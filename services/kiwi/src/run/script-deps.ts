import type { Logger } from "@lilux/runtime";
import type { KiwiConfig } from "../config.ts";
import type { KiwiMetrics } from "../metrics.ts";
import { findProgram } from "../sandbox/find-programs.ts";
import { openSandbox } from "../sandbox/open-sandbox.ts";
import { plainRunner } from "../sandbox/plain-runner.ts";
import type { SandboxState } from "../sandbox/script-runner.ts";
import type { ScriptDeps } from "./run-script.ts";
import { createRunSlots } from "./run-slots.ts";

const WAITING_MAX = 64;

/** What scripts need to run; the sandbox is tried once, when first asked for. */
export function createScriptDeps(
  config: KiwiConfig,
  metrics: KiwiMetrics,
  logger: Logger,
): ScriptDeps {
  let sandbox: Promise<SandboxState> | undefined;
  let plain: Promise<SandboxState> | undefined;
  const slots = createRunSlots({
    slotsMax: config.scriptsMax,
    perTenantMax: Math.max(1, Math.ceil(config.scriptsMax / 2)),
    waitingMax: WAITING_MAX,
  });
  return {
    slots,
    metrics,
    sandbox() {
      sandbox ??= testSandbox(config, logger);
      return sandbox;
    },
    async plain() {
      if (!config.unsandboxedScripts) return undefined;
      plain ??= openPlain(config.programPath);
      return plain;
    },
  };
}

async function testSandbox(config: KiwiConfig, logger: Logger): Promise<SandboxState> {
  const state: SandboxState = config.findsSandbox
    ? await openSandbox({ path: config.programPath, uid: process.getuid?.() ?? -1 })
    : { available: false, reason: "none was looked for" };
  if (state.available) logger.info({ sandbox: state.runner.name }, "scripts run in a sandbox");
  else if (config.unsandboxedScripts) {
    logger.warn({ reason: state.reason }, "no sandbox: scripts run unprotected, as was configured");
  } else logger.warn({ reason: state.reason }, "no sandbox: scripts are refused");
  return state;
}

async function openPlain(path: string): Promise<SandboxState> {
  const python = await findProgram("python3", path);
  return python === undefined
    ? { available: false, reason: "python3 is not installed" }
    : { available: true, runner: plainRunner(python, path) };
}
