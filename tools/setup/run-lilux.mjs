import { spawn } from "node:child_process";
import { join } from "node:path";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** As a shell tells the end by a signal: 128 and its number. */
const SIGNAL_STATUS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Runs the `lilux` command from source, on the right Node, and ends as it ends. */
export async function runLilux(args) {
  const tools = prepare();
  const entry = join(root, "apps", "lilux", "src", "main.ts");
  let child;
  // Before the child is there: a signal between the two would leave it behind.
  for (const signal of SIGNALS) process.on(signal, () => child?.kill(signal));
  child = spawn(tools.nodePath, ["--no-warnings", entry, ...args], {
    stdio: "inherit",
    env: toolchainEnv(tools),
  });
  process.exitCode = await new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("exit", (status, signal) => resolve(status ?? SIGNAL_STATUS[signal] ?? 1));
  });
}
