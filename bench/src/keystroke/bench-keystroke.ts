import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@lilux/runtime";
import { freePort } from "@lilux/testkit";
import { type Distributed, startDistributed } from "lilux";
import { describeMachine } from "../describe-machine.ts";
import { generateLibrary } from "../library/generate-library.ts";
import { writeResults } from "../write-results.ts";
import { connectTypist } from "./connect-typist.ts";
import type { KeystrokeBenchOptions } from "./keystroke-bench-options.ts";
import { measureForwardPass } from "./measure-forward-pass.ts";
import { measureTyping } from "./measure-typing.ts";
import { reportKeystroke } from "./report-keystroke.ts";

const LIBRARY_READY_MS = 900_000;

/** `pnpm bench keystroke`: the product and its floor, one after the other, on the same machine. */
export async function benchKeystroke(options: KeystrokeBenchOptions): Promise<void> {
  const machine = describeMachine();
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-"));
  say(`writing a library of ${options.items} items …`);
  generateLibrary(directory, options.items);
  say("starting nats-server, redis-server and the five services …");
  const distributed = await startDistributed({
    env: {
      ...process.env,
      LILUX_PROJECT: directory,
      LILUX_LOG_LEVEL: "warn",
      LILUX_USER_HOME: join(directory, "nobody"),
    },
    logger: createLogger({ service: "bench", level: "error" }),
    stateDirectory: join(directory, "state"),
    port: 0,
  });
  try {
    const url = `ws://127.0.0.1:${distributed.ports.gateway}/v1/session`;
    await waitForLibrary(url);
    const product = await measureTyping({ ...options, url, label: "lilux" });
    const echo = await measureEcho(distributed, options);
    say("timing the bare forward pass …");
    const forward = await measureForwardPass();
    const report = reportKeystroke({ options, machine, product, echo, forward });
    process.stdout.write(`${report}\n`);
    if (options.write === true) writeResults("keystroke", report);
  } finally {
    await distributed.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Types until predictions use the whole library; embedding ten thousand items takes a while. */
async function waitForLibrary(url: string): Promise<void> {
  const typist = await connectTypist(url);
  const deadlineAt = Date.now() + LIBRARY_READY_MS;
  const startedAt = Date.now();
  for (;;) {
    const answer = await typist.type(`find email ${Date.now() % 1_000}`).catch(() => undefined);
    if (answer?.degraded === false) break;
    if (Date.now() > deadlineAt) throw new Error("the library was not ready in fifteen minutes");
    process.stderr.write(
      `\r  embedding the library … ${Math.round((Date.now() - startedAt) / 1_000)} s `,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  process.stderr.write("\r\u001b[K");
  typist.close();
}

async function measureEcho(distributed: Distributed, options: KeystrokeBenchOptions) {
  const port = await freePort();
  const nats = `nats://127.0.0.1:${distributed.ports.nats}`;
  const script = join(import.meta.dirname, "echo-server.ts");
  const start = (role: string): ChildProcess =>
    spawn(process.execPath, ["--no-warnings", script, role, nats, String(port)], {
      stdio: "inherit",
    });
  const processes = [start("responder"), start("gateway")];
  try {
    const url = `ws://127.0.0.1:${port}`;
    await untilListening(url);
    return await measureTyping({ ...options, url, label: "echo floor" });
  } finally {
    for (const child of processes) child.kill("SIGTERM");
  }
}

async function untilListening(url: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      const typist = await connectTypist(url);
      typist.close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error("the echo server did not start");
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
