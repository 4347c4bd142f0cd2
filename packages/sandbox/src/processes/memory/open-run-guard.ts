import { cgroupGuard } from "./cgroup-guard.ts";
import type { MemoryLimit } from "./memory-limit.ts";
import type { RunGuard } from "./run-guard.ts";
import { watchdogGuard } from "./watchdog-guard.ts";

/** Holds the memory of one run. `run` is a number that no other of this process has. */
export async function openRunGuard(limit: MemoryLimit, run: number): Promise<RunGuard> {
  return limit.holder === "cgroup" ? cgroupGuard(limit, run) : watchdogGuard(limit);
}
