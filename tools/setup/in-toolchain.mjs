// Runs a TypeScript program of this checkout on the right Node, after set-up.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const tools = prepare();
const [program = "", ...args] = process.argv.slice(2);
const done = spawnSync(tools.nodePath, ["--no-warnings", join(root, program), ...args], {
  cwd: root,
  stdio: "inherit",
  env: toolchainEnv(tools),
});
process.exitCode = done.status ?? 1;
