import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArmName, ArmResult, ArmTask } from "./month-arm.ts";

export interface FlywheelBenchOptions {
  people: number;
  tenants: number;
  days: number;
  seed: number;
  minutes: number;
  arms: readonly ArmName[];
  write?: boolean;
}

/** `npm run bench -- flywheel`: the same people in worlds that learn and in one that does not. */
export async function benchFlywheel(options: FlywheelBenchOptions): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-flywheel-"));
  const arms = await Promise.all(options.arms.map((arm) => playArm(arm, options, directory)));
  process.stdout.write(JSON.stringify(arms.map(({ arm, played }) => [arm, played.length])));
  process.stderr.write(`kept in ${directory}\n`);
}

/** A process of its own for each: beside one another they are done sooner. */
async function playArm(
  arm: ArmName,
  { people, tenants, days, seed, minutes }: FlywheelBenchOptions,
  directory: string,
): Promise<ArmResult> {
  const out = join(directory, `${arm}.json`);
  const cacheDirectory = join(directory, `cache-${arm}`);
  const task: ArmTask = { arm, people, tenants, days, seed, minutes, cacheDirectory, out };
  const script = join(import.meta.dirname, "month-arm.ts");
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0) throw new Error(`The ${arm} month ended with ${code}.`);
  return JSON.parse(readFileSync(out, "utf8")) as ArmResult;
}
