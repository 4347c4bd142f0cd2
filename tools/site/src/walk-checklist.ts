import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { freePort, temporaryDirectory } from "@lilux/testkit";
import { regionOf } from "./snippets.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const SOURCE = "examples/start/checklist.sh";
const ENDS_WITHIN_MS = 600_000;

/**
 * Walks the stranger's checklist as it is written: in a fresh clone, with an empty home, each place of
 * its shell file by a shell, and `npm start` beside it as in a terminal of its own. Tells how long each took.
 */
export async function walkChecklist(say: (line: string) => void): Promise<boolean> {
  await using home = await temporaryDirectory();
  const clone = join(home.path, "lilux");
  const port = await freePort();
  const walk: Walk = {
    clone,
    env: {
      ...strangersEnvironment(),
      HOME: home.path,
      PORT: String(port),
      LILUX_URL: `http://127.0.0.1:${port}`,
    },
  };
  say(
    `${cpus()[0]?.model ?? ""}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
  );
  await told("clone", say, () =>
    shell(`git clone -q ${ROOT} ${clone}`, { ...walk, clone: home.path }),
  );
  const text = readFileSync(join(ROOT, SOURCE), "utf8");
  let served: ChildProcess | undefined;
  try {
    for (const region of [...text.matchAll(/^# #region (\S+)$/gm)].map(([, name = ""]) => name)) {
      const code = regionOf(text, region, SOURCE);
      const serves = code.trimEnd().endsWith("npm start");
      const done = await told(region, say, async () => {
        if (!serves) return shell(`${ALIAS}\n${code}`, walk);
        await stop(served);
        served = serve(code, walk);
        return ready(walk.env["LILUX_URL"] ?? "", served);
      });
      if (!done) return false;
    }
    return true;
  } finally {
    await stop(served);
  }
}

/** What the machine says of itself and its network, and nothing of a Lilux or of npm's own run. */
function strangersEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !/^(?:LILUX_|npm_(?:lifecycle|package|command)|PORT$|CI$)/.test(entry[0]),
  );
  return Object.fromEntries(kept);
}

interface Walk {
  clone: string;
  env: Record<string, string>;
}

/** What the second place of the list sets, in every shell after it. */
const ALIAS = `set -e\nshopt -s expand_aliases\nalias lilux="node $PWD/apps/lilux/bin/lilux.mjs"`;

async function told(
  name: string,
  say: (line: string) => void,
  act: () => Promise<boolean>,
): Promise<boolean> {
  const began = performance.now();
  const done = await act();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  say(`${done ? "✓" : "✗"} ${name.padEnd(10)} ${seconds.padStart(6)} s`);
  return done;
}

function shell(code: string, { clone, env }: Walk): Promise<boolean> {
  const child = spawn("bash", ["-c", code], {
    cwd: clone,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: ENDS_WITHIN_MS,
  });
  return new Promise((resolve) => child.once("exit", (status) => resolve(status === 0)));
}

function serve(code: string, { clone, env }: Walk): ChildProcess {
  return spawn("bash", ["-c", code], {
    cwd: clone,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
}

async function ready(url: string, child: ChildProcess): Promise<boolean> {
  const until = Date.now() + ENDS_WITHIN_MS;
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => undefined,
    );
    if (answer?.ok === true) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

/** As Ctrl+C does: everything that the shell started. */
async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGINT");
  await ended;
}
