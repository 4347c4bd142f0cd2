import { randomUUID } from "node:crypto";
import { type Log, SILENT_LOG } from "@lilux/core/telemetry";
import { testTenant } from "@lilux/testkit";
import { onTestFinished } from "vitest";
import type { Bus } from "../bus.ts";
import { subjects } from "../subjects.ts";

export interface BusHarness {
  /** A bus on the same messages as the one before it, which was drained. */
  open(logger?: Log): Promise<Bus>;
  /** Two buses on one place of their own, whose TURNS holds 512 KiB. */
  openSmall(): Promise<SmallBuses>;
  dispose(): Promise<void>;
}

export interface SmallBuses {
  buses: readonly [Bus, Bus];
  dispose(): Promise<void>;
}

export const SMALL_TURNS = {
  TURNS: { maxBytes: 512 * 1024 },
  EVENTS: { maxBytes: 512 * 1024 },
} as const;

/** The first bus of a test, which is put away at its end. */
export async function openFor(create: () => Promise<BusHarness>): Promise<{
  bus: Bus;
  reopen: () => Promise<Bus>;
  /** The causes that were logged as errors. */
  faults: unknown[];
}> {
  const harness = await create();
  const open: Bus[] = [];
  const faults: unknown[] = [];
  const error = (fields: object): void => void faults.push("err" in fields ? fields.err : fields);
  onTestFinished(async () => {
    for (const bus of open) await bus.drain();
    await harness.dispose();
  });
  const reopen = async (): Promise<Bus> => {
    const bus = await harness.open({ ...SILENT_LOG, error });
    open.push(bus);
    return bus;
  };
  return { bus: await reopen(), reopen, faults };
}

/** Subjects and names that no other test uses, also on a shared server. */
export function ownNames() {
  const session = randomUUID();
  return {
    keystroke: subjects.keystroke(testTenant("local"), session),
    turn: subjects.turn(testTenant("local"), session),
    otherTurn: subjects.turn(testTenant("local"), randomUUID()),
    durable: `contract-${session}`,
  };
}
