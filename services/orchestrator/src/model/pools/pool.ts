import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
} from "cockatiel";
import type { LanguageModel } from "../language-model.ts";
import { aliveAfter } from "../openai/alive-after.ts";
import { warmLetters } from "../openai/decide/warm-letters.ts";
import { type Examination, examineServer } from "../openai/examine-server.ts";
import { createHeartbeat } from "../openai/heartbeat.ts";
import type { ModelServer } from "../openai/model-server.ts";
import { mayPass } from "./failure-kinds.ts";
import { createFirstTokenTimes } from "./first-token-times.ts";
import type { PoolSettings, PoolTier } from "./pool-settings.ts";
import { createRetryBudget, type RetryBudget } from "./retry-budget.ts";

/** Servers of one model behind one address, and how they have been lately. */
export interface Pool {
  readonly name: string;
  readonly tier: PoolTier;
  readonly isLocal: boolean;
  /** Who may be answered by it; undefined for all. */
  readonly tenants: readonly string[] | undefined;
  /** Names of models by tenant. */
  readonly adapters: Readonly<Record<string, string>>;
  readonly model: LanguageModel;
  readonly retries: RetryBudget;
  /** Whether its circuit is closed: nobody waits for a pool whose servers do not answer. */
  isClosed(): boolean;
  /** For how long it asked to be left alone; 0 when it did not. */
  restMs(): number;
  /** How long an answer took to begin. */
  spokeAfter(ms: number): void;
  /** When an answer takes longer to begin than nearly all did. */
  hedgeAfterMs(): number;
  /** It may hang: is found out with one token, unless that is being done. */
  suspect(): void;
  /** Something was answered, or it failed before it answered. */
  succeeded(): void;
  failed(error: LiluxError): void;
  /** An answer broke off after its first word; or was written to its end. */
  lost(error: LiluxError): void;
  wrote(): void;
  /** Resolves once it is known what the server takes, or that this is not to be known now. */
  examined(withinMs: number, signal: AbortSignal): Promise<void>;
  /** The names its server lists. */
  served(): readonly string[] | undefined;
  /** Why it does not answer now. */
  problem(): string | undefined;
  start(): void;
  stop(): void;
}

export interface PoolDeps {
  settings: Pick<PoolSettings, "name" | "tier" | "tenants" | "adapters" | "isLocal">;
  server: ModelServer;
  model: LanguageModel;
  clock: Clock;
  logger: Log;
  timing?: Partial<PoolTiming>;
}

export interface PoolTiming {
  /** Between two looks at a server that answers. */
  examineMs: number;
  /** Until a circuit that opened is tried again: the first time, and at most. */
  reopenMs: number;
  reopenMsMax: number;
  /** How long a server may take for one token when its circuit is tried; a third of what a turn waits, and 5 s at least. */
  aliveMs: number;
  /** Between two looks at the steps of an engine that tells them. */
  heartbeatMs: number;
  /** How long an answer's first word is waited for before another pool is asked, too. */
  hedgeMsMin: number;
  hedgeMsMax: number;
  /** Answers in a row that break off after their first word. */
  lossesMax: number;
  /** For how long it is left alone then: longer each time, until it writes a whole one. */
  lostRestMs: number;
}

const ALIVE_MS_MIN = 5_000;
const TIMING: Omit<PoolTiming, "aliveMs"> = {
  examineMs: 60_000,
  reopenMs: 2_000,
  reopenMsMax: 8_000,
  heartbeatMs: 4_000,
  hedgeMsMin: 1_000,
  hedgeMsMax: 8_000,
  lossesMax: 2,
  lostRestMs: 10_000,
};

/** Failures in a row. Silence up to a deadline counts as that many at once. */
const FAILURES_MAX = 2;
const REST_MS_MAX = 60_000;
const WATCH_MS = 250;

/**
 * Turns never try a circuit that is open: a watch of its own does, with one
 * token, so that nobody waits for a server that hangs, and so that a server
 * whose health checks answer while its engine hangs is not taken for alive.
 */
export function createPool({ settings, server, model, clock, logger, timing }: PoolDeps): Pool {
  const { name, tier = "primary", tenants, adapters = {}, isLocal = false } = settings;
  const aliveMsMin = Math.max(ALIVE_MS_MIN, server.target.deadlines.firstTokenMs / 3);
  const times = { ...TIMING, aliveMs: aliveMsMin, ...timing };
  const { examineMs, reopenMs, reopenMsMax, aliveMs, heartbeatMs, hedgeMsMin, hedgeMsMax } = times;
  const firstTokens = createFirstTokenTimes({ min: hedgeMsMin, max: hedgeMsMax });
  const heartbeat = createHeartbeat(server);
  const breaker = circuitBreaker(
    handleWhen(() => true),
    {
      breaker: new ConsecutiveBreaker(FAILURES_MAX),
      halfOpenAfter: new ExponentialBackoff({ initialDelay: reopenMs, maxDelay: reopenMsMax }),
    },
  );
  const stopping = new AbortController();
  let restsUntil = 0;
  let lastFailure: LiluxError | undefined;
  let examination: Examination | undefined;
  let examining: Promise<void> | undefined;
  let isFindingOut = false;
  let losses = 0;

  const restMs = (): number => Math.max(0, restsUntil - clock.monotonic());
  const isClosed = (): boolean => breaker.state === CircuitState.Closed;
  const record = (outcome: () => void): void => {
    void breaker.execute(outcome).catch(() => undefined);
  };

  /** After its start and whenever it comes back a server has no grammars. */
  async function meet(): Promise<void> {
    await examine();
    const { model } = server.knowledge;
    if (model !== undefined) void warmLetters(server, model, stopping.signal);
  }

  async function examine(): Promise<void> {
    examination = await examineServer(server, { before: examination, signal: stopping.signal });
    for (const { state, ...probe } of examination.probes) {
      if (state === "bad")
        logger.warn({ pool: name, ...probe }, "language model server is not usable");
    }
    logger.debug({ pool: name, ...server.knowledge }, "language model server examined");
  }

  async function tryAgain(): Promise<void> {
    try {
      await breaker.execute(() => aliveAfter(server, aliveMs, stopping.signal));
      logger.warn({ pool: name }, "language model pool answers again");
      examining = meet();
      await examining;
    } catch (error) {
      if (!isBrokenCircuitError(error)) lastFailure = LiluxError.from(error);
    }
  }

  function failed(error: LiluxError): void {
    if (!mayPass(error)) return;
    const retryAfterMs = Number(error.details?.["retryAfterMs"] ?? 0);
    restsUntil = Math.max(restsUntil, clock.monotonic() + Math.min(retryAfterMs, REST_MS_MAX));
    lastFailure = error;
    strike(error, error.details?.["reason"] === "silent" ? FAILURES_MAX : 1);
  }

  function strike(error: LiluxError, strikes: number): void {
    const wasClosed = isClosed();
    for (let count = 0; count < strikes; count += 1) {
      record(() => {
        throw error;
      });
    }
    if (wasClosed && !isClosed()) {
      logger.warn({ pool: name, ...error.details }, "language model pool is left out");
    }
  }

  /** One token, which is asked for when a circuit is tried, says nothing of whole answers. */
  function lost(error: LiluxError): void {
    if (!mayPass(error)) return;
    failed(error);
    losses += 1;
    if (losses % times.lossesMax !== 0) return;
    const restsMs = times.lostRestMs * 2 ** (losses / times.lossesMax - 1);
    restsUntil = Math.max(restsUntil, clock.monotonic() + Math.min(restsMs, REST_MS_MAX));
    strike(error, FAILURES_MAX);
  }

  async function findOut(): Promise<void> {
    try {
      await aliveAfter(server, aliveMs, stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) failed(LiluxError.from(error));
    } finally {
      isFindingOut = false;
    }
  }

  function suspect(): void {
    if (isFindingOut || !isClosed()) return;
    isFindingOut = true;
    void findOut();
  }

  async function watch(): Promise<void> {
    let examineAt = clock.monotonic() + examineMs;
    let beatAt = clock.monotonic() + heartbeatMs;
    while (!stopping.signal.aborted) {
      await clock.sleep(Math.min(WATCH_MS, reopenMs), stopping.signal);
      if (stopping.signal.aborted) return;
      if (!isClosed()) {
        if (restMs() === 0) await tryAgain();
      } else if (clock.monotonic() >= examineAt) {
        await examine();
        examineAt = clock.monotonic() + examineMs;
      } else if (clock.monotonic() >= beatAt) {
        if (await heartbeat.isFrozen(stopping.signal)) suspect();
        beatAt = clock.monotonic() + heartbeatMs;
      }
    }
  }

  return {
    name,
    tier,
    isLocal,
    tenants,
    adapters,
    model,
    served: () => server.knowledge.served,
    retries: createRetryBudget(),
    isClosed,
    restMs,
    spokeAfter: firstTokens.add,
    hedgeAfterMs: firstTokens.unusualMs,
    suspect,
    succeeded: () => record(() => undefined),
    failed,
    lost,
    wrote() {
      losses = 0;
    },
    async examined(withinMs, signal) {
      if (examining === undefined) return;
      const waiting = new AbortController();
      const either = AbortSignal.any([signal, waiting.signal]);
      await Promise.race([examining, clock.sleep(withinMs, either)]);
      waiting.abort();
    },
    problem() {
      if (isClosed()) return degradation(name, examination);
      const reason = lastFailure?.details?.["reason"];
      return `${name}: ${typeof reason === "string" ? reason : "it does not answer"}`;
    },
    start() {
      examining = meet();
      void watch();
    },
    stop: () => stopping.abort(new LiluxError("cancelled")),
  };
}

/** What it cannot do of what people need of it. */
function degradation(name: string, examination: Examination | undefined): string | undefined {
  const lacks = examination?.probes.find(
    ({ probe, state }) => state === "bad" || (probe === "tools" && state === "warn"),
  );
  return lacks === undefined ? undefined : `${name}: ${lacks.detail}`;
}
