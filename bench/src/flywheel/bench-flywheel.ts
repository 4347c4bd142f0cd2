import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMachine } from "../describe-machine.ts";
import { writeResults } from "../write-results.ts";
import type { FlywheelBenchOptions } from "./flywheel-bench-options.ts";
import type { ArmName, ArmResult, ArmTask } from "./month-arm.ts";
import { weeksOf } from "./month-weeks.ts";
import { plotMonth } from "./plot-month.ts";
import { ARM_NAMES, type MonthReport, reportMonth } from "./report-month.ts";

const KEPT = join(import.meta.dirname, "..", "..", "flywheel");

/** `npm run bench -- flywheel`: the same people in worlds that learn and in one that does not. */
export async function benchFlywheel(options: FlywheelBenchOptions): Promise<void> {
  const machine = describeMachine();
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-flywheel-"));
  try {
    const arms = await Promise.all(options.arms.map((arm) => playArm(arm, options, directory)));
    tellMonth({ options, machine, arms });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function tellMonth({
  options,
  machine,
  arms,
}: MonthReport & { options: FlywheelBenchOptions }): void {
  const report = reportMonth({ options, machine, arms });
  process.stdout.write(`${report}\n`);
  if (options.write !== true) return;
  const days = Math.min(...arms.map((arm) => arm.days));
  const kept = arms.map(({ arm, played, ...rest }) => ({
    arm,
    weeks: weeksOf(played.filter(({ day }) => day < days)),
    ...rest,
  }));
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(
    join(KEPT, "month.json"),
    `${JSON.stringify({ machine, options, arms: kept }, null, 1)}\n`,
  );
  const plotted = kept.map(({ arm, weeks }) => ({ name: ARM_NAMES[arm], weeks }));
  writeFileSync(join(KEPT, "month.svg"), plotMonth(plotted));
  writeResults("flywheel", report);
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
