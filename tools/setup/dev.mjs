// `npm run dev`: the product in one process, started again whenever a source changes.
// `npm run dev -- router`: the same for one service, against the servers its settings name.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const [service, ...rest] = process.argv.slice(2);
const entry =
  service === undefined
    ? join(root, "apps", "lilux", "src", "main.ts")
    : join(root, "services", service, "src", "main.ts");
if (!existsSync(entry)) {
  process.stderr.write(`There is no service "${service}". Name one of the folders in services/.\n`);
  process.exit(1);
}
const tools = prepare();
const args = ["--watch", "--no-warnings", entry, ...(service === undefined ? ["up"] : rest)];
const child = spawn(tools.nodePath, args, { stdio: "inherit", env: toolchainEnv(tools) });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (status) => {
  process.exitCode = status ?? 1;
});
