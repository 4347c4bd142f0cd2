import { LiluxError } from "@lilux/protocol";
import { abortError } from "../async/index.ts";
import { createHeldLately } from "./held-lately.ts";
import { createKeptPlace } from "./kept-place.ts";
import { createWeightedQueue } from "./weighted-queue.ts";

/**
 * A few places, each held for a while, that flows (tenants) share by weight and by how long they
 * hold them. Whoever is alone may have all; once somebody else came, one is kept for who holds none.
 */
export interface FairPlaces {
  /** Resolves once there is a place. Rejects with `overloaded` when its flow has too many waiting, or as the signal ends. */
  enter(flow: string, signal: AbortSignal): Promise<FairPlace>;
  load(): { held: number; waiting: number };
}

export interface FairPlace {
  /** Below the number of places; nobody else has it until it is left. */
  readonly number: number;
  /** How many places its flow held of late, or holds now where that is more. 0 where nobody else came for one. */
  readonly crowding: number;
  /** Gives it back. Once is enough. */
  leave(): void;
}

export interface FairPlacesOptions {
  placesMax: number;
  waitingMax: number;
  /** What is told when it is full, as `script_slots`. */
  limit: string;
  weightOf(flow: string): number;
  /** Monotonic milliseconds. */
  now(): number;
}

interface Waiter {
  flow: string;
  admit(place: FairPlace): void;
}

/** Until it is known how long a place was held. */
const USUAL_MS = 1_000;
/** A flow may have so many times as many waiting as there is room left: alone 3/4, and there is always room for a newcomer. */
const TIMES_FREE = 3;
const RETRY_AFTER_MS = 1_000;
/** What was held longer ago counts for less. */
const LATELY_MS = 5_000;

export function createFairPlaces(options: FairPlacesOptions): FairPlaces {
  const { placesMax, waitingMax, weightOf, now } = options;
  const queue = createWeightedQueue<Waiter>();
  const kept = createKeptPlace({ placesMax, now });
  const free = Array.from({ length: placesMax }, (_, number) => number);
  const held = createCounts();
  const lately = createHeldLately({ halfLifeMs: LATELY_MS, now });
  const waiting = createCounts();

  const mayGo = ({ flow }: Waiter): boolean => {
    const all = placesMax - free.length;
    return !kept.isKeptFrom({ all, own: held.of(flow) });
  };

  function admitNext(): void {
    while (free.length > 0) {
      const next = queue.shift(mayGo);
      if (next === undefined) return;
      waiting.change(next.flow, -1);
      next.admit(hold(next.flow));
    }
  }

  function hold(flow: string): FairPlace {
    const number = free.shift() ?? 0;
    const since = now();
    const crowding = kept.isShared() ? Math.max(held.of(flow), lately.of(flow)) : 0;
    held.change(flow, 1);
    lately.change(flow, 1);
    let isLeft = false;
    return {
      number,
      crowding,
      leave() {
        if (isLeft) return;
        isLeft = true;
        held.change(flow, -1);
        lately.change(flow, -1);
        free.push(number);
        // Who held it for longer than was thought waits for longer until the next one.
        queue.correct({ tier: 0, flow, weight: weightOf(flow) }, now() - since - USUAL_MS);
        admitNext();
      },
    };
  }

  return {
    load: () => ({ held: placesMax - free.length, waiting: queue.size }),
    async enter(flow, signal) {
      if (signal.aborted) throw abortError(signal);
      kept.note(flow);
      const room = waitingMax - queue.size;
      const isIdle = free.length > 0 && queue.size === 0;
      if (!isIdle && waiting.of(flow) >= TIMES_FREE * room) throw full(options.limit);
      const { promise, resolve, reject } = Promise.withResolvers<FairPlace>();
      const waiter: Waiter = { flow, admit: resolve };
      const weight = weightOf(flow);
      queue.push({ tier: 0, flow, weight, cost: USUAL_MS, item: waiter });
      waiting.change(flow, 1);
      const onAbort = (): void => {
        if (!queue.remove(waiter)) return;
        waiting.change(flow, -1);
        reject(abortError(signal));
      };
      signal.addEventListener("abort", onAbort, { once: true });
      admitNext();
      return promise.finally(() => signal.removeEventListener("abort", onAbort));
    },
  };
}

function full(limit: string): LiluxError {
  return new LiluxError("overloaded", {
    message: "More of this tenant waits already than can be served. Try again shortly.",
    details: { limit, retryAfterMs: RETRY_AFTER_MS },
  });
}

function createCounts() {
  const counts = new Map<string, number>();
  return {
    of: (flow: string): number => counts.get(flow) ?? 0,
    change(flow: string, by: 1 | -1): void {
      const now = (counts.get(flow) ?? 0) + by;
      if (now === 0) counts.delete(flow);
      else counts.set(flow, now);
    },
  };
}
