import { setTimeout as delay } from "node:timers/promises";
import { LiluxError } from "@lilux/protocol";
import type { PortPlan, ServiceName } from "./plan-processes.ts";

const POLL_MS = 100;
const ASK_WITHIN_MS = 1_000;

/** Resolves when every service says it is ready; rejects naming those that are not, or with the signal's reason. */
export async function waitUntilReady(
  ports: PortPlan,
  {
    services,
    withinMs,
    signal,
  }: { services: readonly ServiceName[]; withinMs: number; signal?: AbortSignal },
): Promise<void> {
  const deadlineAt = Date.now() + withinMs;
  for (;;) {
    const states = await Promise.all(services.map((name) => isReady(ports.admin[name])));
    signal?.throwIfAborted();
    if (states.every(Boolean)) return;
    if (Date.now() > deadlineAt) {
      const late = services.filter((_, index) => states[index] !== true);
      throw new LiluxError("deadline_exceeded", {
        message: `Not ready after ${withinMs / 1_000} s: ${late.join(", ")}. Their logs are in the state directory.`,
      });
    }
    await delay(POLL_MS);
  }
}

async function isReady(adminPort: number): Promise<boolean> {
  try {
    const url = `http://127.0.0.1:${adminPort}/health/ready`;
    return (await fetch(url, { signal: AbortSignal.timeout(ASK_WITHIN_MS) })).ok;
  } catch {
    return false;
  }
}
