import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ScriptRunner } from "./script-runner.ts";
import { superviseProcess } from "./supervise-process.ts";

const DESCRIBE_MS = 5_000;

/**
 * Runs scripts as the server's own user, with nothing between them and the
 * machine but an empty environment, a scratch folder and a clock. Only ever by
 * the operator's explicit word, on a machine that is theirs alone.
 */
export function plainRunner(python: string, path: string): ScriptRunner {
  return {
    name: "none (LILUX_UNSANDBOXED_SCRIPTS=single-user)",
    async run({ id, text, flags }, supervision) {
      const cwd = await mkdtemp(join(tmpdir(), "lilux-script-"));
      try {
        const file = join(cwd, `${id.replace(/[^\w.-]/g, "_")}.py`);
        await writeFile(file, text);
        const end = await superviseProcess(
          {
            command: python,
            args: ["-I", "-B", file, ...flags],
            env: { PATH: path, HOME: cwd, TMPDIR: cwd, LANG: "C.UTF-8" },
            cwd,
            reportsStatus: false,
          },
          supervision,
        );
        return { ...end, exitCode: end.exitCode ?? 137 };
      } finally {
        await rm(cwd, { recursive: true, force: true });
      }
    },
  };
}

/**
 * The real interpreter behind a `python3` that may be a shim, followed by the
 * folders it lives in; undefined when it does not start.
 */
export async function describePython(python: string): Promise<string[] | undefined> {
  const code =
    "import json,os,sys; print(json.dumps([os.path.realpath(sys.executable), os.path.realpath(sys.base_prefix)]))";
  try {
    const { stdout } = await promisify(execFile)(python, ["-I", "-c", code], {
      timeout: DESCRIBE_MS,
    });
    return JSON.parse(stdout) as string[];
  } catch {
    return undefined;
  }
}
