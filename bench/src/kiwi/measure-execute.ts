import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInProcessBus } from "@lilux/bus";
import { createKiwiService, kiwiConfig, sandboxOptions } from "@lilux/kiwi";
import type { KiwiApi } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
import { timeScriptRuns } from "@lilux/sandbox";
import { testTenant } from "@lilux/testkit";

export interface ExecuteFigures {
  script: Float64Array;
  directive: Float64Array;
  /** The sandbox that the script ran in, as its result names it. */
  sandbox: string;
  /** Floors: the same program without the tool core, in a bare sandbox and without any. */
  bubblewrap: Float64Array;
  /** The tool core's own sandbox without its filter of system calls. */
  unfiltered: Float64Array;
  python: Float64Array;
}

const PROGRAM = 'print(\'{"status": "success", "data": {}}\')\n';
const DIRECTIVE = `# hello

\`\`\`xml
<directive name="hello" version="1.0.0">
  <metadata><description>Says hello.</description></metadata>
  <process><step name="say"><action>Say hello.</action></step></process>
</directive>
\`\`\`
`;
const WARM_UP = 3;
const PATH = "/usr/bin:/bin:/usr/local/bin";

/** Cold runs through the tool core's own door, one at a time, between two kinds of floor. */
export async function measureExecute(runs: number): Promise<ExecuteFigures> {
  const folder = mkdtempSync(join(tmpdir(), "lilux-bench-"));
  const program = join(folder, "program.py");
  write(program, PROGRAM);
  write(join(folder, ".ai", "scripts", "trivial.py"), `"""Does nothing."""\n${PROGRAM}`);
  write(join(folder, ".ai", "directives", "hello.md"), DIRECTIVE);
  const bus = createInProcessBus();
  const logger = createLogger({ service: "bench", level: "error" });
  const home = join(folder, "home");
  const env = { PATH, LILUX_PROJECT: folder, LILUX_USER_HOME: home, LILUX_PACKAGES_DIR: home };
  const config = kiwiConfig(env);
  const kiwi = createKiwiService(config, { bus, logger });
  await kiwi.start();
  try {
    const execute = executeOn(kiwi.api);
    let sandbox = "unknown";
    const works = {
      script: async () => {
        sandbox = (await execute("script", "trivial")).metadata.sandbox ?? sandbox;
      },
      bubblewrap: () => run("bwrap", [...BARE_SANDBOX, "python3", program]),
      python: () => run("python3", [program]),
      directive: () => execute("directive", "hello"),
    };
    const times = await takeTurns(works, runs);
    const { unfiltered } = await timeScriptRuns(sandboxOptions(config), { runs });
    return { ...times, sandbox, unfiltered: Float64Array.from(unfiltered).sort() };
  } finally {
    await kiwi.stop();
    await bus.drain();
    rmSync(folder, { recursive: true, force: true });
  }
}

const BARE_SANDBOX = ["--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"];

function executeOn(api: KiwiApi) {
  let calls = 0;
  return async (item_type: "script" | "directive", item_id: string) => {
    calls += 1;
    const request = {
      tenant: testTenant("local"),
      callId: `bench-${calls}`,
      arguments: { item_type, item_id, action: "run" as const },
    };
    for await (const event of api.execute(request)) {
      if (event.type === "result") return event.result;
    }
    throw new Error("execute ended without a result");
  };
}

/** Sorted ms of each. One of every kind in each round, so that whatever else runs falls on all alike. */
async function takeTurns<Name extends string>(
  works: Record<Name, () => Promise<unknown>>,
  rounds: number,
): Promise<Record<Name, Float64Array>> {
  const times = new Map<string, number[]>();
  const named = Object.entries<() => Promise<unknown>>(works);
  for (let round = -WARM_UP; round < rounds; round += 1) {
    for (const [name, work] of named) {
      const startedAt = performance.now();
      await work();
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), performance.now() - startedAt]);
    }
  }
  const sorted = named.map(([name]) => [name, Float64Array.from(times.get(name) ?? []).sort()]);
  return Object.fromEntries(sorted) as Record<Name, Float64Array>;
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "ignore", env: { PATH } });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${code}`));
    });
  });
}

function write(path: string, text: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}
