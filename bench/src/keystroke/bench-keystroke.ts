import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@lilux/testkit";
import type { Distributed } from "lilux";
import { describeMachine } from "../describe-machine.ts";
import { generateLibrary } from "../library/generate-library.ts";
import { withServices } from "../with-services.ts";
import { writeResults } from "../write-results.ts";
import { withAnswerPaths } from "./answer-paths.ts";
import { connectTypist } from "./connect-typist.ts";
import type { KeystrokeBenchOptions } from "./keystroke-bench-options.ts";
import { measureForwardPass } from "./measure-forward-pass.ts";
import { measureTyping, type TypingOptions } from "./measure-typing.ts";
import { reportKeystroke } from "./report-keystroke.ts";
import { waitForLibrary } from "./wait-for-library.ts";

const LIBRARY_READY_MS = 900_000;
const START_SECONDS = 10;
/** Each row's lines are far from those of the others. */
const FRESH_LINES = 500_000;
const FAST_LINES = 5_000_000;

/** `npm run bench -- keystroke`: the product and its floor, one after the other, on the same machine. */
export async function benchKeystroke(options: KeystrokeBenchOptions): Promise<void> {
  const machine = describeMachine();
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-"));
  say(`writing a library of ${options.items} items …`);
  generateLibrary(directory, options.items);
  try {
    await withServices({ directory, env: { LILUX_LOG_LEVEL: "warn" } }, async (distributed) => {
      const measured = await measureProduct(distributed, options);
      const echo = await measureEcho(distributed, options);
      say("timing the bare forward pass …");
      const forward = await measureForwardPass();
      const report = reportKeystroke({ options, machine, ...measured, echo, forward });
      process.stdout.write(`${report}\n`);
      if (options.write === true) writeResults("keystroke", report);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Right after the start, then with everything done: lines that nobody typed before, people's,
 * and more new lines than can be read, typed by so many more people.
 */
async function measureProduct({ ports, processes }: Distributed, options: KeystrokeBenchOptions) {
  const url = `ws://127.0.0.1:${ports.gateway}/v1/session`;
  const { router, kiwi } = ports.admin;
  const type = (given: Pick<TypingOptions, "label" | "lines"> & Partial<TypingOptions>) =>
    withAnswerPaths(router, () =>
      measureTyping({ ...options, url, processes: pidsOf(processes), ...given }),
    );
  const start = await type({
    label: "just started",
    lines: "new",
    seconds: START_SECONDS,
    warmUpSeconds: 0,
  });
  await waitForLibrary({
    routerAdminPort: router,
    kiwiAdminPort: kiwi,
    items: options.items,
    withinMs: LIBRARY_READY_MS,
    onWait: (embedded) =>
      process.stderr.write(`\r  embedded: router ${embedded.router}, kiwi ${embedded.kiwi} …  `),
  });
  process.stderr.write("\r\u001b[K");
  const fresh = await type({ label: "new lines", lines: "new", firstLine: FRESH_LINES });
  const people = await type({ label: "as people type", lines: "likePeople" });
  const fast = await type({
    label: `${options.fastRate}/s`,
    lines: "new",
    firstLine: FAST_LINES,
    rate: options.fastRate,
    sockets: Math.ceil((options.sockets * options.fastRate) / options.rate),
  });
  return { start, fresh, people, fast };
}

function pidsOf(processes: Distributed["processes"]): ReadonlyMap<string, number> {
  const pids = new Map<string, number>();
  for (const [name, running] of processes) {
    const pid = running.pid();
    if (pid !== undefined) pids.set(name, pid);
  }
  return pids;
}

async function measureEcho(distributed: Distributed, options: KeystrokeBenchOptions) {
  const port = await freePort();
  const nats = `tls://127.0.0.1:${distributed.ports.nats}`;
  const script = join(import.meta.dirname, "echo-server.ts");
  const { natsPassword, certificates } = distributed.credentials;
  const passwordFile = natsPassword("operator");
  const start = (role: string): ChildProcess =>
    spawn(
      process.execPath,
      ["--no-warnings", script, role, nats, String(port), passwordFile, certificates],
      {
        stdio: "inherit",
      },
    );
  const [responder, gateway] = [start("responder"), start("gateway")];
  const natsServer = distributed.processes.get("nats-server")?.pid();
  const pids = { gateway: gateway.pid, router: responder.pid, "nats-server": natsServer };
  const processes = new Map(
    Object.entries(pids).flatMap(([name, pid]) => (pid === undefined ? [] : [[name, pid]])),
  );
  try {
    const url = `ws://127.0.0.1:${port}`;
    await untilListening(url);
    return await measureTyping({ ...options, url, lines: "new", label: "echo floor", processes });
  } finally {
    for (const child of [responder, gateway]) child.kill("SIGTERM");
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
