import { chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { processKeeper } from "../processes/process-keeper.ts";
import type { ProcessEnd } from "../processes/process-plan.ts";
import type { BubblewrapSetup } from "../runner/bubblewrap-plan.ts";
import { INSTALLER_SLOT, type PipRun, pipPlan } from "./pip-plan.ts";
import { readPipSettings } from "./pip-settings.ts";
import { type EnvironmentLock, readLock } from "./read-lock.ts";

export interface Installer {
  /** What pip would install for these requirements within these constraints. */
  resolve(request: ResolveRequest): Promise<EnvironmentLock>;
  /** Installs exactly that below `staging/packages`. */
  install(request: InstallRequest): Promise<void>;
  /** A folder that both steps may write to; the caller removes it. */
  makeStaging(parent: string): Promise<string>;
}

export interface ResolveRequest {
  requirements: readonly string[];
  constraints: readonly string[];
  staging: string;
  signal: AbortSignal;
}

export interface InstallRequest {
  lock: EnvironmentLock;
  staging: string;
  signal: AbortSignal;
}

const STEP_MS_MAX = 180_000;
const MEMORY_BYTES_MAX = 1024 * 1024 * 1024;

/** pip of the interpreter that scripts run on, in a sandbox. Throws `dependency_failed`. */
export function pipInstaller(
  setup: BubblewrapSetup,
  env: Readonly<Record<string, string>>,
): Installer {
  async function pip(
    step: Pick<PipRun, "args" | "requirements" | "constraints" | "staging">,
    signal: AbortSignal,
  ): Promise<string> {
    const settings = await readPipSettings(setup.python.executable, env);
    const timeoutMs = STEP_MS_MAX;
    const plan = pipPlan(
      { ...setup, waitsForGuard: false },
      { ...step, settings: withVariables(settings, env), timeoutMs },
    );
    const onLine = (): void => undefined;
    const memory = { holder: "watchdog", bytesMax: MEMORY_BYTES_MAX } as const;
    const end = await processKeeper.run(plan, { timeoutMs, signal, onLine, memory });
    if (end.exitCode !== 0) throw pipFailed(end);
    return end.stdout.toString("utf8");
  }

  return {
    async makeStaging(parent) {
      await mkdir(parent, { recursive: true, mode: 0o755 });
      const staging = await mkdtemp(join(parent, ".staging-"));
      const uid = setup.firstUid === undefined ? undefined : setup.firstUid + INSTALLER_SLOT;
      await mkdir(join(staging, "tmp"));
      await mkdir(join(staging, "packages"));
      if (uid === undefined) return staging;
      for (const folder of [staging, join(staging, "tmp"), join(staging, "packages")]) {
        await chown(folder, uid, uid);
      }
      return staging;
    },
    async resolve({ requirements, constraints, staging, signal }) {
      const report = await pip(
        {
          args: ["--dry-run", "--quiet", "--report", "-", "--constraint", "/constraints.txt"],
          requirements: `${requirements.join("\n")}\n`,
          constraints: `${constraints.join("\n")}\n`,
          staging,
        },
        signal,
      );
      return readLock(report, setup.python);
    },
    async install({ lock, staging, signal }) {
      const args = ["--no-deps", "--require-hashes", "--quiet", "--target", "/staging/packages"];
      await pip({ args, requirements: lock.requirements, constraints: "", staging }, signal);
      await rm(join(staging, "tmp"), { recursive: true, force: true });
    },
  };
}

const PASSED_ON = /^(https?_proxy|no_proxy|all_proxy|ssl_cert_file|ssl_cert_dir)$/i;

function withVariables(
  settings: Awaited<ReturnType<typeof readPipSettings>>,
  env: Readonly<Record<string, string>>,
): PipRun["settings"] {
  const proxies = Object.entries(env).filter(([name]) => PASSED_ON.test(name));
  const variables = { ...Object.fromEntries(proxies), ...settings.variables };
  const certificates = proxies.filter(([name]) => /^ssl_/i.test(name)).map(([, path]) => path);
  return { variables, paths: [...settings.paths, ...certificates] };
}

/** What pip says may hold an address with a password: it stays in the cause, for the log. */
function pipFailed({ logs, exitCode }: ProcessEnd): LiluxError {
  const text = logs.join("\n");
  const reason = /No module named pip/.test(text)
    ? "pip is not installed for it (Debian: apt install python3-pip)"
    : /conflict|ResolutionImpossible|No matching distribution|Could not find a version/i.test(text)
      ? "no wheel fits what is asked for and allowed"
      : "pip could not fetch or unpack them";
  const lines = text.replace(/\/\/[^/@\s]*@/g, "//***@").slice(-2_000);
  return new LiluxError("dependency_failed", {
    message: `The script's declared dependencies could not be installed: ${reason}.`,
    details: { reason },
    cause: new Error(`pip ended with ${exitCode}: ${lines}`),
  });
}
