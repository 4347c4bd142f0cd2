import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInProcessBus } from "@lilux/bus";
import { createKiwiService, kiwiConfig, timeScriptRuns } from "@lilux/kiwi";
import type { KiwiApi } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
import { timeEachOf } from "./time-each.ts";

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
const DIRECTIVE_RUNS = 200;
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
  const env = { PATH, LILUX_PROJECT: folder, LILUX_USER_HOME: home, LILUX_CACHE_DIR: home };
  const config = kiwiConfig(env);
  const kiwi = createKiwiService(config, { bus, logger });
  await kiwi.start();
  try {
    const execute = executeOn(kiwi.api);
    let sandbox = "unknown";
    const script = await timed(runs, async () => {
      sandbox = (await execute("script", "trivial")).metadata.sandbox ?? sandbox;
    });
    const { unfiltered } = await timeScriptRuns(config, { runs });
    return {
      script,
      unfiltered: Float64Array.from(unfiltered).sort(),
      sandbox,
      directive: await timed(DIRECTIVE_RUNS, () => execute("directive", "hello")),
      bubblewrap: await timed(runs, () => run("bwrap", [...BARE_SANDBOX, "python3", program])),
      python: await timed(runs, () => run("python3", [program])),
    };
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
      tenant: "local",
      callId: `bench-${calls}`,
      arguments: { item_type, item_id, action: "run" as const },
    };
    for await (const event of api.execute(request)) {
      if (event.type === "result") return event.result;
    }
    throw new Error("execute ended without a result");
  };
}

async function timed(count: number, work: () => Promise<unknown>): Promise<Float64Array> {
  for (let warmUp = 0; warmUp < WARM_UP; warmUp += 1) await work();
  return timeEachOf(Array.from({ length: count }), work);
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
