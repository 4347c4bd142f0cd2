import { LiluxError } from "@lilux/protocol";
import type { Engine } from "./engine.ts";
import { closeEngine } from "./open-engine.ts";

export interface BorrowedEngine {
  engine: Engine;
  giveBack(): void;
}

/**
 * The engine in use. What borrowed one keeps it until it gives it back, so that
 * an engine can be replaced at any moment without failing what it has begun.
 */
export interface EngineSlot {
  current(): Engine | undefined;
  /** Throws `router_unavailable` when there is none. */
  borrow(): BorrowedEngine;
  /** Puts in another, or none; resolves when the one before is idle and closed. */
  replace(next: Engine | undefined): Promise<void>;
}

interface Held {
  engine: Engine;
  borrowers: number;
  idle: PromiseWithResolvers<void> | undefined;
}

export function createEngineSlot(): EngineSlot {
  let held: Held | undefined;

  async function retire(old: Held): Promise<void> {
    old.idle = Promise.withResolvers<void>();
    if (old.borrowers === 0) old.idle.resolve();
    await old.idle.promise;
    await closeEngine(old.engine);
  }

  return {
    current: () => held?.engine,
    borrow() {
      const mine = held;
      if (mine === undefined) throw new LiluxError("router_unavailable");
      mine.borrowers += 1;
      return {
        engine: mine.engine,
        giveBack() {
          mine.borrowers -= 1;
          if (mine.borrowers === 0) mine.idle?.resolve();
        },
      };
    },
    async replace(next) {
      const old = held;
      held = next === undefined ? undefined : { engine: next, borrowers: 0, idle: undefined };
      if (old !== undefined) await retire(old);
    },
  };
}
