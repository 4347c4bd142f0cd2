import type { Logger } from "@lilux/runtime";
import type { KiwiConfig } from "../config.ts";
import { createEnvironments } from "../environment/environments.ts";
import { pipInstaller } from "../environment/pip-installer.ts";
import type { KiwiMetrics } from "../metrics.ts";
import { openConfiguredSandbox } from "../sandbox/check-sandbox.ts";
import { describePython } from "../sandbox/describe-python.ts";
import { findProgram } from "../sandbox/find-programs.ts";
import { plainRunner } from "../sandbox/plain-runner.ts";
import type { SandboxState } from "../sandbox/script-runner.ts";
import type { ScriptDeps } from "./run-script.ts";
import { createRunSlots } from "./run-slots.ts";

const WAITING_MAX = 64;

/** What scripts need to run; the sandbox is tried once, when first asked for. */
export function createScriptDeps(
  config: KiwiConfig,
  { metrics, logger, clock }: { metrics: KiwiMetrics; logger: Logger; clock: () => number },
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
    clock,
    settings: config.scriptSettings,
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
    ? await findSandbox(config)
    : { available: false, reason: "none was looked for" };
  if (state.available) {
    const { name, memory } = state.runner;
    logger.info({ sandbox: name, memory }, "scripts run in a sandbox");
  } else if (config.unsandboxedScripts) {
    logger.warn({ reason: state.reason }, "no sandbox: scripts run unprotected, as was configured");
  } else logger.warn({ reason: state.reason }, "no sandbox: scripts are refused");
  return state;
}

async function findSandbox(config: KiwiConfig): Promise<SandboxState> {
  const { packages, cacheFolder, installerEnv } = config.scriptSettings;
  const opened = await openConfiguredSandbox(config);
  if (!opened.available) return opened;
  const { runner, python, setup } = opened;
  if (setup === undefined) return { available: true, runner, python, environments: undefined };
  const environments = createEnvironments({
    folder: cacheFolder,
    list: packages,
    python,
    installer: pipInstaller(setup, installerEnv),
  });
  return { available: true, runner, python, environments };
}

async function openPlain(path: string): Promise<SandboxState> {
  const program = await findProgram("python3", path);
  const python = program === undefined ? undefined : await describePython(program);
  if (python === undefined) return { available: false, reason: "python3 is not installed" };
  return {
    available: true,
    runner: plainRunner({ python, path }),
    python,
    environments: undefined,
  };
}
