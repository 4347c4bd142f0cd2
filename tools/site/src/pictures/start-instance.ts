import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "@lilux/testkit";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");
const READY_WITHIN_MS = 120_000;

/** A Lilux as somebody starts it, of a home of its own; the demo library unless a project is named. */
export async function startInstance(home: string, project?: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const main = join(ROOT, "apps", "lilux", "src", "main.ts");
  const child = spawn(process.execPath, ["--no-warnings", main, "up", "--port", String(port)], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      LILUX_STATE_DIR: join(home, project === undefined ? "state" : "own-state"),
      LILUX_LOG_LEVEL: "error",
      ...(project === undefined ? {} : { LILUX_PROJECT: project }),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await untilReady(url, child);
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error("Lilux ended while it was starting.");
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => undefined,
    );
    if (answer?.ok === true && (await predictsWhole(url))) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`Lilux was not ready within ${READY_WITHIN_MS / 1_000} s.`);
}

/** Not while the library is still being read: a prediction says so. */
async function predictsWhole(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/v1/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "find email scripts" }),
    signal: AbortSignal.timeout(5_000),
  });
  return answer.ok && !(await answer.text()).includes('"degraded"');
}
