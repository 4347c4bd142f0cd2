// `npm test`: set up, make sure the real servers are there, run every test.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureServers } from "./servers.mjs";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const tools = prepare();
ensureServers();
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const done = spawnSync(tools.nodePath, [vitest, "run", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: toolchainEnv(tools),
});
process.exitCode = done.status ?? 1;
