import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "@lilux/runtime";
import { eventually } from "@lilux/testkit";

const CHECKOUT = join(import.meta.dirname, "..", "..", "..");
const READY_WITHIN_MS = 120_000;

/** The product as its users start it, on a copy of the demo library in this folder. */
export async function startCommand(
  folder: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const [port = 0, adminPort = 0] = await freePorts(2);
  cpSync(join(CHECKOUT, "examples", "library"), join(folder, "project"), { recursive: true });
  const entry = join(CHECKOUT, "apps", "lilux", "src", "main.ts");
  const ports = ["--port", String(port), "--admin-port", String(adminPort)];
  const child = spawn(process.execPath, ["--no-warnings", entry, "up", ...ports], {
    env: {
      ...process.env,
      LILUX_PROJECT: join(folder, "project"),
      LILUX_USER_HOME: join(folder, "nobody"),
      LILUX_STATE_DIR: join(folder, "state"),
      LILUX_LOG_LEVEL: "error",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  const isReady = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error("lilux up ended before it was ready");
    return fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await eventually(isReady, { withinMs: READY_WITHIN_MS });
  return {
    url,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
