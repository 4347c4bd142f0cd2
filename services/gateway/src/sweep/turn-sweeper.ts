import { type Bus, isOfSubject, type StreamMessage, type Subscription } from "@lilux/bus";
import { createParser, LiluxError, TurnRecord, wholeMs } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import { createPlaces } from "../admit/places.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { NamedTurn, TurnNews } from "../turn/turn-news.ts";
import { settleOrphan } from "./settle-orphan.ts";

/** All gateways share one durable name: a turn is seen to by one of them. */
const DURABLE = "turn-ends";
const IN_FLIGHT_MAX = 2_000;
/**
 * A bus that was away gives back all that ended or was stored meanwhile, and nobody heard of, at one
 * moment: settling all of it at once would keep it from what people wait for.
 */
const SETTLED_AT_ONCE = 4;
/** Less than a handler may take. */
const PLACE_WITHIN_MS = 5 * 60_000;
/** Where the first gateway that ever sweeps begins: what is older ended long ago. */
const FIRST_LOOK_BACK_MS = 60_000;

export interface TurnSweeperDeps {
  bus: Bus;
  news: TurnNews;
  metrics: GatewayMetrics;
  logger: Logger;
  /** Unix milliseconds. */
  now(): number;
}

/**
 * Sees to it that every stored turn has an end and an interaction, whether or
 * not anybody comes back for it. A message of TURNS is held until its turn is
 * heard to have ended. One that nobody is heard to run is settled here: as it
 * is stored, else as interrupted. It is not run: nobody is there to read it, to
 * answer its confirms, or to say that it was sent again meanwhile.
 */
export function createTurnSweeper(deps: TurnSweeperDeps): Part {
  const { bus, news, now } = deps;
  const stop = new AbortController();
  const places = createPlaces({
    atOnce: SETTLED_AT_ONCE,
    waitingMax: IN_FLIGHT_MAX,
    waitWithinMs: PLACE_WITHIN_MS,
  });
  let consumer: Subscription | undefined;

  async function see({ body, subject, sequence, storedAt }: StreamMessage): Promise<void> {
    if (!turnRecord.is(body) || !isOfSubject(body, subject)) {
      deps.logger.warn({ sequence }, "turn of another form left out");
      return;
    }
    const turn = { ...body, storedAt };
    for (;;) {
      await untilQuiet(turn);
      const leave = await places.enter(stop.signal);
      if (leave === undefined) throw new LiluxError("deadline_exceeded");
      try {
        // It may have been heard of again while others were settled.
        if (news.hasEnded(turn)) return;
        if (news.quietUntil(turn, storedAt) <= now())
          return await settleOrphan(body, storedAt, deps);
      } finally {
        leave();
      }
    }
  }

  /** Until it is heard to have ended, or nobody can be running it. */
  async function untilQuiet(turn: NamedTurn & { storedAt: number }): Promise<void> {
    for (;;) {
      if (stop.signal.aborted) throw new LiluxError("shutting_down");
      const leftMs = news.quietUntil(turn, turn.storedAt) - now();
      if (news.hasEnded(turn) || leftMs <= 0) return;
      await newsOr(leftMs, turn, news, stop.signal);
    }
  }

  return {
    name: "turn-sweeper",
    async start() {
      news.start();
      const startAt = now() - FIRST_LOOK_BACK_MS;
      const options = { durable: DURABLE, inFlightMax: IN_FLIGHT_MAX, startAt };
      consumer = await bus.consume("TURNS", see, options);
    },
    async stop() {
      stop.abort();
      await consumer?.close();
      await news.stop();
    },
  };
}

const turnRecord = createParser(TurnRecord, "a stored turn", "internal");

/** Waits for news of the turn, at most so long. */
async function newsOr(
  ms: number,
  turn: NamedTurn,
  news: TurnNews,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const forget = news.onNews(turn, resolve);
  const timer = setTimeout(resolve, wholeMs(ms));
  const onAbort = (): void => resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  await promise;
  forget();
  clearTimeout(timer);
  signal.removeEventListener("abort", onAbort);
}
