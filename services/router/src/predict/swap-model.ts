import { LiluxError } from "@lilux/protocol";
import type { Engine } from "./engine.ts";
import type { EngineSlot } from "./engine-slot.ts";
import { closeEngine } from "./open-engine.ts";

export interface SwapDeps {
  slot: EngineSlot;
  open(directory: string): Promise<Engine>;
  /** Whether there still is something to swap. */
  isRunning(): boolean;
}

/** One swap at a time, in order; a failed one changes nothing and does not stop the next. */
export function createModelSwap(deps: SwapDeps): (directory: string) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (directory) => {
    const next = last.then(() => swap(directory, deps));
    last = next.catch(() => undefined);
    return next;
  };
}

async function swap(directory: string, { slot, open, isRunning }: SwapDeps): Promise<void> {
  const next = await open(directory);
  // The old model answers until the new one has embedded everything in use.
  const tenants = slot.current()?.libraries.tenants() ?? [];
  await Promise.all(tenants.map((tenant) => next.libraries.complete(tenant)));
  if (!isRunning()) {
    await closeEngine(next);
    throw new LiluxError("shutting_down");
  }
  await slot.replace(next);
}
