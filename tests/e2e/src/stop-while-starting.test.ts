import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { wholeMs } from "@lilux/protocol";
import { freePorts } from "@lilux/runtime";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { CHECKOUT, DEMO_LIBRARY, type Mode } from "./start-mode.ts";

const ENTRY = join(CHECKOUT, "apps", "lilux", "src", "main.ts");
const SAYS_WITHIN_MS = 60_000;
/** The grace of a start that is stopped is five seconds; the rest is a busy machine's. */
const GONE_WITHIN_MS = 10_000;

interface Started {
  child: ChildProcess;
  untilSaid(text: string): Promise<void>;
}

async function start(mode: Mode, state: string): Promise<Started> {
  const [port = 0] = await freePorts(1);
  const args = ["--no-warnings", ENTRY, "up", "--port", String(port)];
  if (mode === "distributed") args.push("--distributed");
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("LILUX_"));
  const env = {
    ...Object.fromEntries(inherited),
    LILUX_PROJECT: DEMO_LIBRARY,
    LILUX_USER_HOME: join(state, "user"),
    LILUX_STATE_DIR: state,
  };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += String(chunk);
  });
  const untilSaid = (text: string): Promise<void> =>
    eventually(() => expect(said).toContain(text), { withinMs: SAYS_WITHIN_MS });
  return { child, untilSaid };
}

async function endsWithin(child: ChildProcess, withinMs: number): Promise<void> {
  const exited = once(child, "exit", { signal: AbortSignal.timeout(wholeMs(withinMs)) });
  if (child.exitCode === null && child.signalCode === null) await exited;
}

/** Processes that were given this state folder; what was started in it must not outlive it. */
function leftIn(state: string): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, "utf8").includes(`LILUX_STATE_DIR=${state}\0`);
    } catch {
      return false;
    }
  });
}

const MOMENTS: readonly [Mode, string, NodeJS.Signals][] = [
  ["embedded", "preparing terminal page", "SIGINT"],
  ["embedded", "preparing kiwi", "SIGTERM"],
  ["embedded", "preparing router", "SIGINT"],
  ["embedded", "preparing router", "SIGTERM"],
  ["embedded", "preparing orchestrator", "SIGHUP"],
  ["embedded", "preparing gateway", "SIGINT"],
  ["distributed", "preparing nats-server", "SIGTERM"],
  ["distributed", "preparing gateway", "SIGINT"],
];

// Mutant: a lifecycle whose start goes on after a stop, or a process that waits for it to end.
test.each(MOMENTS)(
  "%s, while %s: %s ends it, and all it started",
  async (mode, moment, signal) => {
    await using directory = await temporaryDirectory();
    const { child, untilSaid } = await start(mode, directory.path);
    await untilSaid(moment);
    child.kill(signal);
    await endsWithin(child, GONE_WITHIN_MS);
    await eventually(() => expect(leftIn(directory.path)).toEqual([]), { withinMs: 2_000 });
  },
  90_000,
);

test.each(["embedded", "distributed"] as const)(
  "%s: what was stopped while it started starts again on the same state",
  async (mode) => {
    await using directory = await temporaryDirectory();
    for (const moment of ["preparing router", "Lilux is ready"]) {
      const { child, untilSaid } = await start(mode, directory.path);
      await untilSaid(moment);
      child.kill("SIGTERM");
      await endsWithin(child, SAYS_WITHIN_MS);
    }
    expect(leftIn(directory.path)).toEqual([]);
  },
  150_000,
);

test("a second start on the state of a running one says so in a sentence, and ends with status 1", async () => {
  await using directory = await temporaryDirectory();
  const first = await start("embedded", directory.path);
  await first.untilSaid("Lilux is ready");
  const second = await start("embedded", directory.path);
  await second.untilSaid("lilux: cannot start. Process");
  await endsWithin(second.child, GONE_WITHIN_MS);
  expect(second.child.exitCode).toBe(1);
  first.child.kill("SIGTERM");
  await endsWithin(first.child, SAYS_WITHIN_MS);
  expect(first.child.exitCode).toBe(0);
}, 150_000);
