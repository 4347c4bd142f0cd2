import { createEgressRules, type EgressOptions } from "./egress/egress-rules.ts";
import { egressRunner } from "./egress/egress-runner.ts";
import { createEnvironments, type Environments } from "./environment/environments.ts";
import type { PackageList } from "./environment/package-list.ts";
import { pipInstaller } from "./environment/pip-installer.ts";
import { describePython } from "./runner/describe-python.ts";
import { findProgram } from "./runner/find-programs.ts";
import { type ConfinementOptions, openConfinement } from "./runner/open-confinement.ts";
import { plainRunner } from "./runner/plain-runner.ts";
import type { PythonFacts } from "./runner/python-facts.ts";
import type { ScriptRunner } from "./runner/script-runner.ts";
import { stagingRunner } from "./staging/staging-runner.ts";

/** Which sandbox, and what scripts in it may depend on. */
export interface ScriptSandboxOptions extends ConfinementOptions {
  packages: PackageList;
  /** Where installed dependencies are kept. */
  cacheFolder: string;
  /** What pip needs of the server's environment to find its configuration and its index. */
  installerEnv: Readonly<Record<string, string>>;
  /** Where scripts with the network may go. */
  egress: EgressOptions;
}

/** What scripts run in. */
export interface ScriptSandbox {
  runner: ScriptRunner;
  python: PythonFacts;
  /** Where dependencies are installed; undefined where they cannot be. */
  environments: Environments | undefined;
}

/** What was found. */
export type SandboxState =
  | ({ available: true } & ScriptSandbox)
  | { available: false; reason: string };

/**
 * Looks for the sandbox and tries it with a real script, forbidden calls
 * included: what lets anything through is none. Never throws for a machine that
 * lacks something; `reason` says what.
 */
export async function openScriptSandbox(options: ScriptSandboxOptions): Promise<SandboxState> {
  const { packages, cacheFolder, installerEnv, egress } = options;
  const opened = await openConfinement(options);
  if (!opened.available) return opened;
  const { python, setup } = opened;
  const runner = stagingRunner(egressRunner(opened.runner, createEgressRules(egress)));
  if (setup === undefined) return { available: true, runner, python, environments: undefined };
  const environments = createEnvironments({
    folder: cacheFolder,
    list: packages,
    python,
    installer: pipInstaller(setup, installerEnv),
  });
  return { available: true, runner, python, environments };
}

/** Python alone: a script may do whatever the server's user may. For the operator's word only. */
export async function openWithoutSandbox(programPath: string): Promise<SandboxState> {
  const program = await findProgram("python3", programPath);
  const python = program === undefined ? undefined : await describePython(program);
  if (python === undefined) return { available: false, reason: "python3 is not installed" };
  const runner = plainRunner({ python, path: programPath });
  return { available: true, runner, python, environments: undefined };
}
