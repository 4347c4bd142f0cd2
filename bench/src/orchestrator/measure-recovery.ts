import type { StrictRules } from "@lilux/orchestrator/strict-server";
import { type Alone, startAlone } from "./alone.ts";

const AFTER_MAX_MS = 60_000;
const ASK_EVERY_MS = 100;

export interface Recovery {
  fault: string;
  firstMs: number;
  nextMs: number[];
  /** Until its readiness names it. */
  namedMs: number;
  /** From the end of the fault until the model answers a turn again. */
  recoveredMs: number;
}

/** The only server stops answering, as after SIGSTOP, and goes on later. */
export async function measureRecovery(fault: NonNullable<StrictRules["fault"]>): Promise<Recovery> {
  const alone = await startAlone({});
  try {
    await alone.turn("local", "hello");
    alone.server.rules.fault = fault;
    const named = namedAfter(alone);
    const first = await alone.turn("local", "first");
    const nextMs: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) nextMs.push((await alone.turn("local", "next")).ms);
    const namedMs = await named;
    alone.server.rules.fault = undefined;
    const endedAt = performance.now();
    while (performance.now() - endedAt < AFTER_MAX_MS) {
      if ((await alone.turn("local", "again")).model === "base") break;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    const recoveredMs = performance.now() - endedAt;
    return { fault: fault.kind, firstMs: first.ms, nextMs, namedMs, recoveredMs };
  } finally {
    await alone.stop();
  }
}

async function namedAfter({ degraded }: Alone): Promise<number> {
  const startedAt = performance.now();
  while (degraded().length === 0 && performance.now() - startedAt < AFTER_MAX_MS) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return performance.now() - startedAt;
}
