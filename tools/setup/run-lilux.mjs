import { spawn } from "node:child_process";
import { join } from "node:path";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

/** Runs the `lilux` command from source, on the right Node, and ends as it ends. */
export async function runLilux(args) {
  const tools = prepare();
  const entry = join(root, "apps", "lilux", "src", "main.ts");
  const child = spawn(tools.nodePath, ["--no-warnings", entry, ...args], {
    stdio: "inherit",
    env: toolchainEnv(tools),
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  const code = await new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("exit", (status, signal) => resolve(status ?? (signal === "SIGINT" ? 130 : 1)));
  });
  process.exitCode = code;
}
