import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { wholeMs } from "@lilux/protocol";
import { freePorts } from "@lilux/runtime";
import { eventually, inheritedEnvironment } from "@lilux/testkit";
import { expect, onTestFinished } from "vitest";
import { CHECKOUT, DEMO_LIBRARY, type Mode } from "./start-mode.ts";

const ENTRY = join(CHECKOUT, "apps", "lilux", "src", "main.ts");
export const SAYS_WITHIN_MS = 150_000;

export interface Started {
  child: ChildProcess;
  untilSaid(text: string): Promise<void>;
  /** Everything it wrote until now. */
  said(): string;
}

/**
 * `lilux up` as a person starts it, on a state folder; in a terminal of its own
 * if wanted, whose program is the child then.
 */
export async function startCommand(
  mode: Mode,
  state: string,
  { terminal = false }: { terminal?: boolean } = {},
): Promise<Started> {
  const [port = 0] = await freePorts(1);
  const args = ["--no-warnings", ENTRY, "up", "--port", String(port)];
  if (mode === "distributed") args.push("--distributed");
  const env = {
    ...inheritedEnvironment(),
    LILUX_PROJECT: DEMO_LIBRARY,
    LILUX_USER_HOME: join(state, "user"),
    LILUX_STATE_DIR: state,
  };
  const [command, given] = terminal
    ? ["script", ["-qfec", [process.execPath, ...args].join(" "), "/dev/null"]]
    : [process.execPath, args];
  const child = spawn(command, given, { env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for (const output of [child.stdout, child.stderr]) {
    output.on("data", (chunk: Buffer) => {
      said += String(chunk);
    });
  }
  const untilSaid = (text: string): Promise<void> =>
    eventually(() => expect(said).toContain(text), { withinMs: SAYS_WITHIN_MS });
  return { child, untilSaid, said: () => said };
}

export async function endsWithin(child: ChildProcess, withinMs: number): Promise<void> {
  const exited = once(child, "exit", { signal: AbortSignal.timeout(wholeMs(withinMs)) });
  if (child.exitCode === null && child.signalCode === null) await exited;
}

/** Processes that were given this state folder, by their environment or their arguments. */
export function leftIn(state: string): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
    return ["environ", "cmdline"].some((file) => textOf(`/proc/${name}/${file}`).includes(state));
  });
}

/** Empty for a process that has ended, also one whose parent has not noticed yet. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
