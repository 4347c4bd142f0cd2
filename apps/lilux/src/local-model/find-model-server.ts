import { existsSync } from "node:fs";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { findProgram } from "../distributed/program-path.ts";
import type { Environment } from "../environment.ts";
import { SERVER_FOLDER } from "./model-store.ts";

/** How llama.cpp's server is started on this machine; llama-server's own arguments follow. */
export interface ModelServerProgram {
  command: string;
  args: readonly string[];
  env: Environment;
  /** Where it comes from, for people. */
  origin: string;
}

const SCRIPT = join(import.meta.dirname, "serve_llama.py");

/**
 * What LILUX_LLAMA_SERVER names, else `llama-server` on the path, else the module of Python that
 * `lilux model add` put beside the models. Undefined where there is none. Throws `config_invalid`
 * where the variable names nothing.
 */
export function findModelServer(
  env: Environment,
  directory: string,
): ModelServerProgram | undefined {
  const named = env["LILUX_LLAMA_SERVER"];
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return { command: named, args: [], env: {}, origin: named };
    throw new LiluxError("config_invalid", {
      message: `LILUX_LLAMA_SERVER is ${named}, and there is no such file. Name llama.cpp's llama-server, or unset it.`,
    });
  }
  const path = env["PATH"] ?? "";
  const program = findProgram("llama-server", path);
  if (program !== undefined) return { command: program, args: [], env: {}, origin: program };
  const module = join(directory, SERVER_FOLDER);
  const python = findProgram("python3", path);
  if (python === undefined || !existsSync(join(module, "xllamacpp"))) return undefined;
  return {
    command: python,
    args: [SCRIPT],
    env: { PYTHONPATH: module },
    origin: `${python} with ${module}`,
  };
}
