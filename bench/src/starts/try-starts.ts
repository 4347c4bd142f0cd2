// `node bench/src/starts/try-starts.ts [times]`: distributed starts in a row
// while every core is kept busy by another program; tells how many became ready.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@lilux/runtime";
import { startDistributed } from "lilux";

const CHECKOUT = join(import.meta.dirname, "..", "..", "..");
const times = Number(process.argv[2] ?? 20);
const busy = Array.from({ length: availableParallelism() }, () =>
  spawn(process.execPath, ["-e", "for (;;) {}"], { stdio: "ignore" }),
);
const seconds: number[] = [];
try {
  for (let number = 1; number <= times; number += 1) seconds.push(await tryStart(number));
} finally {
  for (const child of busy) child.kill("SIGKILL");
}
const ready = seconds.filter((taken) => taken > 0).sort((a, b) => a - b);
process.stdout.write(
  `${ready.length} of ${times} ready, ${ready[0]?.toFixed(1)} to ${ready.at(-1)?.toFixed(1)} s\n`,
);
process.exitCode = ready.length === times ? 0 : 1;

/** Seconds until ready, or 0. */
async function tryStart(number: number): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), "lilux-starts-"));
  const startedAt = performance.now();
  try {
    const distributed = await startDistributed({
      env: {
        PATH: process.env["PATH"],
        LILUX_PROJECT: join(CHECKOUT, "examples", "library"),
        LILUX_USER_HOME: home,
      },
      logger: createLogger({ service: "starts", level: "warn" }),
      stateDirectory: join(home, "state"),
      port: 0,
    });
    const taken = (performance.now() - startedAt) / 1_000;
    process.stdout.write(`${number}: ready after ${taken.toFixed(1)} s\n`);
    await distributed.stop();
    return taken;
  } catch (error) {
    process.stdout.write(`${number}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 0;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
