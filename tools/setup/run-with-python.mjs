// Runs a tool of ours beside a program of Python's, which it is given the path of.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { ensurePythonEnvironment } from "./python-environment.mjs";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

/** `tool`: a folder of `tools`, with its `requirements.txt`. Answers the exit status. */
export function runWithPython({ tool, program, name, what }) {
  const tools = prepare();
  const requirements = join(root, "tools", tool, "requirements.txt");
  const python = ensurePythonEnvironment({ name, requirements, what });
  const main = join(root, "tools", tool, "src", "main.ts");
  const done = spawnSync(tools.nodePath, ["--no-warnings", main, join(dirname(python), program)], {
    cwd: root,
    stdio: "inherit",
    env: toolchainEnv(tools),
  });
  return done.status ?? 1;
}
