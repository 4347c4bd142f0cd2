import { abortError } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";

export interface RunSlot {
  /** Below the number of slots; nobody else has it until `release`. */
  number: number;
  release(): void;
}

export interface RunSlots {
  /** Waits for a free slot. Rejects with `overloaded` when too many wait, or as the signal ends. */
  take(tenant: string, signal: AbortSignal): Promise<RunSlot>;
}

interface Waiter {
  tenant: string;
  resolve(slot: RunSlot): void;
}

/** Bounds how many runs go on at once, in all and per tenant: nobody can take all of them. */
export function createRunSlots(bounds: {
  slotsMax: number;
  perTenantMax: number;
  waitingMax: number;
}): RunSlots {
  const free = Array.from({ length: bounds.slotsMax }, (_, index) => index);
  const held = new Map<string, number>();
  const waiting: Waiter[] = [];

  function tryTake(tenant: string): RunSlot | undefined {
    if ((held.get(tenant) ?? 0) >= bounds.perTenantMax) return undefined;
    const number = free.shift();
    if (number === undefined) return undefined;
    held.set(tenant, (held.get(tenant) ?? 0) + 1);
    let released = false;
    return {
      number,
      release() {
        if (released) return;
        released = true;
        free.push(number);
        const left = (held.get(tenant) ?? 1) - 1;
        if (left === 0) held.delete(tenant);
        else held.set(tenant, left);
        serveWaiting();
      },
    };
  }

  function serveWaiting(): void {
    for (let index = 0; index < waiting.length; ) {
      const waiter = waiting[index];
      const slot = waiter === undefined ? undefined : tryTake(waiter.tenant);
      if (waiter === undefined || slot === undefined) {
        index += 1;
        continue;
      }
      waiting.splice(index, 1);
      waiter.resolve(slot);
    }
  }

  return {
    async take(tenant, signal) {
      if (signal.aborted) throw abortError(signal);
      const slot = tryTake(tenant);
      if (slot !== undefined) return slot;
      if (waiting.length >= bounds.waitingMax) throw new LiluxError("overloaded");
      const { promise, resolve, reject } = Promise.withResolvers<RunSlot>();
      const waiter: Waiter = { tenant, resolve };
      const onAbort = (): void => {
        const place = waiting.indexOf(waiter);
        if (place >= 0) waiting.splice(place, 1);
        reject(abortError(signal));
      };
      waiting.push(waiter);
      signal.addEventListener("abort", onAbort, { once: true });
      return promise.finally(() => signal.removeEventListener("abort", onAbort));
    },
  };
}
