// A Lilux of its own for a test from outside, on a free port, with the demo library and no state of anybody.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, toolchainEnv } from "./toolchain.mjs";

const READY_WITHIN_MS = 120_000;

/** Starts it with these settings besides, does some work with its address, and ends it. */
export async function withLilux(tools, settings, work) {
  const state = mkdtempSync(join(tmpdir(), "lilux-outside-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const lilux = startLilux(tools, { state, port, settings });
  try {
    await untilReady(url, lilux);
    return await work(url);
  } finally {
    lilux.kill("SIGTERM");
    if (lilux.exitCode === null) await new Promise((resolve) => lilux.once("exit", resolve));
    rmSync(state, { recursive: true, force: true });
  }
}

function startLilux(tools, { state, port, settings }) {
  const inherited = Object.entries(toolchainEnv(tools)).filter(
    ([name]) => !name.startsWith("LILUX_"),
  );
  const env = {
    ...Object.fromEntries(inherited),
    LILUX_PROJECT: join(root, "examples", "library"),
    LILUX_USER_HOME: join(state, "user"),
    LILUX_STATE_DIR: join(state, "state"),
    LILUX_LOG_LEVEL: "warn",
    ...settings,
  };
  const entry = join(root, "apps", "lilux", "src", "main.ts");
  const args = ["--no-warnings", entry, "up", "--port", String(port), "--admin-port", "0"];
  return spawn(tools.nodePath, args, { env, stdio: ["ignore", "ignore", "inherit"] });
}

async function untilReady(url, lilux) {
  const endsAt = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > endsAt || lilux.exitCode !== null) throw new Error("Lilux did not start");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: free } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return free;
}
