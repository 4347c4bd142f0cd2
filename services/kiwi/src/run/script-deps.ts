import type { Clock } from "@lilux/core/async";
import type { Weights } from "@lilux/core/fairness";
import type { Logger } from "@lilux/runtime";
import {
  openScriptSandbox,
  openWithoutSandbox,
  type SandboxState,
  type ScriptSandboxOptions,
} from "@lilux/sandbox";
import type { KiwiConfig } from "../config.ts";
import type { KiwiMetrics } from "../metrics.ts";
import type { Secrets } from "../secrets/secrets.ts";
import { createRunSlots } from "./run-slots.ts";
import type { ScriptDeps } from "./script-call.ts";

const WAITING_MAX = 64;

/** What scripts need to run; the sandbox is tried once, when first asked for. */
export function createScriptDeps(
  config: KiwiConfig,
  {
    metrics,
    logger,
    clock,
    weights,
    secrets,
  }: {
    metrics: KiwiMetrics;
    logger: Logger;
    clock: Clock;
    weights: Pick<Weights, "of">;
    secrets: Secrets;
  },
): ScriptDeps {
  let sandbox: Promise<SandboxState> | undefined;
  let plain: Promise<SandboxState> | undefined;
  const slots = createRunSlots({
    slotsMax: config.scriptsMax,
    waitingMax: WAITING_MAX,
    weights,
    now: clock.monotonic,
  });
  const keptFolders = config.stateDirectory === undefined ? [] : [config.stateDirectory];
  return {
    slots,
    metrics,
    clock,
    secrets,
    settings: { ...config.scriptSettings, keptFolders },
    sandbox() {
      sandbox ??= testSandbox(config, logger);
      return sandbox;
    },
    async plain() {
      if (!config.unsandboxedScripts) return undefined;
      plain ??= openWithoutSandbox(config.programPath);
      return plain;
    },
  };
}

async function testSandbox(config: KiwiConfig, logger: Logger): Promise<SandboxState> {
  const state: SandboxState = config.findsSandbox
    ? await openScriptSandbox(sandboxOptions(config))
    : { available: false, reason: "none was looked for" };
  if (state.available) {
    const { name, memory } = state.runner;
    logger.info({ sandbox: name, memory }, "scripts run in a sandbox");
  } else if (config.unsandboxedScripts) {
    logger.warn({ reason: state.reason }, "no sandbox: scripts run unprotected, as was configured");
  } else logger.warn({ reason: state.reason }, "no sandbox: scripts are refused");
  return state;
}

/** Of kiwi's settings, those of the sandbox. */
export function sandboxOptions(
  config: Pick<KiwiConfig, "sandbox" | "programPath" | "scriptSettings">,
): ScriptSandboxOptions {
  const { memoryBytesMax, packages, cacheFolder, installerEnv, egress } = config.scriptSettings;
  const { sandbox: kind, programPath } = config;
  return { kind, programPath, memoryBytesMax, packages, cacheFolder, installerEnv, egress };
}
