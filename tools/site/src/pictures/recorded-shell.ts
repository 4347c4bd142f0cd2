import { spawn } from "node:child_process";

const COLUMNS = 100;
const ROWS = 20;
/** Between two keys of somebody who types well. */
const KEY_MS = 45;
const ANSWERS_WITHIN_MS = 60_000;
/** Written by the prompt and shown to nobody: the shell waits for a line again. */
const READY = "\u001b]133;A\u0007";

export interface ShellOptions {
  folder: string;
  env: Readonly<Record<string, string>>;
}

/** A shell at a terminal of its own, by util-linux' `script`; what it shows is kept as asciicast v2 with its times. */
export async function startShell({ folder, env }: ShellOptions) {
  const child = spawn("script", ["-qfec", "bash --norc --noprofile", "/dev/null"], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      TERM: "xterm-256color",
      PS1: "\\[\\e]133;A\\a\\]\\[\\e[32m\\]\\w $\\[\\e[0m\\] ",
      ...env,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const shown: { at: number; text: string }[] = [];
  let prompts = 0;
  let from: number | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    prompts += text.split(READY).length - 1;
    shown.push({ at: performance.now(), text: text.replaceAll(READY, "") });
  });

  async function untilPrompt(number: number): Promise<void> {
    const until = performance.now() + ANSWERS_WITHIN_MS;
    while (prompts < number) {
      if (performance.now() > until) throw new Error("The shell did not come back to its prompt.");
      await pause(20);
    }
  }

  async function quietly(line: string): Promise<void> {
    const next = prompts + 1;
    child.stdin.write(`${line}\n`);
    await untilPrompt(next);
  }

  await untilPrompt(1);
  await quietly(`stty cols ${COLUMNS} rows ${ROWS}`);
  return {
    quietly,
    /** From here on it is recorded: the screen begins empty, with a prompt. */
    record(): void {
      from = performance.now();
      shown.length = 0;
      shown.push({ at: from, text: "\u001b[32m~ $\u001b[0m " });
    },
    /** Types a line key by key and waits for what it brings. */
    async type(line: string): Promise<void> {
      await pause(600);
      for (const key of line) {
        child.stdin.write(key);
        await pause(KEY_MS);
      }
      await quietly("");
    },
    cast: (): string => castOf(shown, from ?? 0),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
    },
  };
}

function castOf(shown: readonly { at: number; text: string }[], from: number): string {
  const head = { version: 2, width: COLUMNS, height: ROWS, title: "A first item" };
  const events = shown.map(({ at, text }) => [Number(((at - from) / 1_000).toFixed(3)), "o", text]);
  return `${[head, ...events].map((line) => JSON.stringify(line)).join("\n")}\n`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
