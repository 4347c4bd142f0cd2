import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { processKeeper } from "../processes/process-keeper.ts";
import type { PythonFacts } from "./python-facts.ts";
import { runAndCollect } from "./sandbox-paths.ts";
import type { ScriptAccess, ScriptRunner } from "./script-runner.ts";
import { venvFiles } from "./venv-files.ts";

export interface PlainOptions {
  python: PythonFacts;
  /** The PATH scripts get. */
  path: string;
}

const ARCHIVE_FD = 6;

/**
 * Runs scripts as the server's own user, with nothing between them and the
 * machine but a small environment, a scratch folder and a clock. Only ever by
 * the operator's explicit word, on a machine that is theirs alone. Files and
 * network are not held back; granted project files lie where they lie.
 */
export function plainRunner({ python, path }: PlainOptions): ScriptRunner {
  return {
    name: "none (LILUX_UNSANDBOXED_SCRIPTS=single-user)",
    memory: "not limited",
    runsAsOther: false,
    async run({ id, text, flags, access }, supervision) {
      const cwd = await mkdtemp(join(tmpdir(), "lilux-script-"));
      try {
        const file = join(cwd, `${id.replace(/[^\w.-]/g, "_")}.py`);
        const output = join(cwd, "output");
        await mkdir(output);
        await writeFile(file, text);
        const interpreter = await interpreterFor(python, access, cwd);
        const end = await processKeeper.run(
          {
            command: "/bin/sh",
            args: [
              ...["-c", runAndCollect(output, { ownsNamespace: false }), "sh"],
              ...[interpreter, "-I", "-B", file, ...flags],
            ],
            env: {
              ...access.variables,
              PATH: path,
              HOME: cwd,
              TMPDIR: cwd,
              LANG: "C.UTF-8",
              ...projectOf(access),
              LILUX_OUTPUT_DIR: output,
            },
            cwd,
            archiveFd: ARCHIVE_FD,
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

/** The project itself, found from any of its granted files. */
function projectOf({ files }: ScriptAccess): Record<string, string> {
  const [first] = files;
  if (first === undefined) return {};
  const levels = first.to === "" ? [] : first.to.split("/");
  return { LILUX_PROJECT_DIR: join(first.from, ...levels.map(() => "..")) };
}

/** Python itself, or one in a virtual environment that knows shared modules and dependencies. */
async function interpreterFor(
  python: PythonFacts,
  { shared, packages }: ScriptAccess,
  folder: string,
): Promise<string> {
  if (shared === undefined && packages === undefined) return python.executable;
  const archive = join(folder, "shared.zip");
  if (shared !== undefined) await writeFile(archive, shared);
  const paths = [shared === undefined ? [] : archive, packages ?? []].flat();
  const venv = venvFiles(python, paths);
  for (const { path, text } of [venv.config, venv.searchPaths]) {
    await mkdir(dirname(join(folder, "venv", path)), { recursive: true });
    await writeFile(join(folder, "venv", path), text);
  }
  const interpreter = join(folder, "venv", venv.interpreter.path);
  await mkdir(dirname(interpreter), { recursive: true });
  await symlink(venv.interpreter.target, interpreter);
  return interpreter;
}
