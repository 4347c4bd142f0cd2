// `npm run bench -- <name>`: set up, then run one benchmark and print its report.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const tools = prepare();
const entry = join(root, "bench", "src", "main.ts");
const done = spawnSync(tools.nodePath, ["--no-warnings", entry, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: toolchainEnv(tools),
});
process.exitCode = done.status ?? 1;
