import type { Clock } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type {
  LanguageModel,
  ModelEvent,
  ModelRequest,
  StructuredRequest,
} from "../language-model.ts";
import type { Pool } from "./pool.ts";
import { createTurnClock, type TurnClock } from "./turn-clock.ts";

export interface PooledModelDeps {
  /** In the order in which they are asked. */
  pools: readonly Pool[];
  /** Answers when none of them does. */
  lastResort: LanguageModel;
  clock: Clock;
  firstTokenMs: number;
}

/** How long a turn waits for the first examination of a server. */
const EXAMINED_MS = 3_000;
const RETRY_WAIT_MS = 150;
/** A server that asks to be left alone for longer is not waited for. */
const REST_MS_MAX = 5_000;

/** Several pools as one model: the first that can answer does, and one that cannot is never a turn's end. */
export function createPooledModel(deps: PooledModelDeps): LanguageModel {
  const forTurn = (): LanguageModel => createTurnModel(deps);
  const [first] = deps.pools;
  return {
    get name() {
      return first?.model.name ?? deps.lastResort.name;
    },
    get capabilities() {
      return (usable(deps.pools)[0]?.model ?? deps.lastResort).capabilities;
    },
    stream: (request, signal) => forTurn().stream(request, signal),
    structured: (request, signal) => forTurn().structured(request, signal),
    forTurn,
  };
}

function usable(pools: readonly Pool[]): Pool[] {
  return pools.filter((pool) => pool.isClosed());
}

/** What the attempts of one turn share. */
interface TurnState {
  deps: PooledModelDeps;
  clock: TurnClock;
  /** Pools that were silent in this turn: none is waited for twice. */
  silent: Set<Pool>;
  answering: LanguageModel | undefined;
}

function createTurnModel(deps: PooledModelDeps): LanguageModel {
  const state: TurnState = {
    deps,
    clock: createTurnClock(deps.clock, deps.firstTokenMs),
    silent: new Set(),
    answering: undefined,
  };
  const current = (): LanguageModel =>
    state.answering ?? askable(state)[0]?.model ?? deps.lastResort;
  return {
    get name() {
      return current().name;
    },
    get capabilities() {
      return current().capabilities;
    },
    stream: (request, signal) => streamed(state, request, signal),
    structured: (request, signal) => structured(state, request, signal),
  };
}

function askable({ deps, silent }: TurnState): Pool[] {
  return usable(deps.pools).filter((pool) => !silent.has(pool));
}

async function* streamed(
  state: TurnState,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const { deps } = state;
  const pools = askable(state);
  let failure: LiluxError | undefined;
  for (const [index, pool] of pools.entries()) {
    const rest = pools.slice(index + 1);
    for (let tries = 0; await isReady(state, { pool, rest, signal }); tries += 1) {
      const attempt = { pool, request: within(state, request, rest.length + 1), signal };
      failure = yield* attempted(state, attempt);
      if (failure === undefined) return;
      if (!mayPass(failure) && !isOfServer(failure)) throw failure;
      if (!isWorthAnother(state, { pool, rest, failure, tries })) break;
      await deps.clock.sleep(RETRY_WAIT_MS * (0.5 + Math.random()), signal);
    }
  }
  // What is wrong with the settings is to be seen, and not answered around.
  if (failure !== undefined && !mayPass(failure)) throw failure;
  if (request.generativeOnly === true) throw failure ?? new LiluxError("llm_unavailable");
  state.answering = deps.lastResort;
  yield { type: "answering", model: deps.lastResort.name };
  yield* deps.lastResort.stream(request, signal);
}

async function structured(
  state: TurnState,
  request: StructuredRequest,
  signal: AbortSignal,
): Promise<unknown> {
  // What it answers decides over a call: it is asked once, of the first who can.
  const [pool] = askable(state).filter((each) => each.restMs() === 0);
  if (pool === undefined) return state.deps.lastResort.structured(request, signal);
  await examined(state, pool, signal);
  pool.retries.deposit();
  try {
    const value = await pool.model.structured(within(state, request), signal);
    pool.succeeded();
    return value;
  } catch (error) {
    if (!signal.aborted) noteFailure(state, pool, LiluxError.from(error));
    throw error;
  }
}

interface Turn {
  pool: Pool;
  /** Who may be asked after it. */
  rest: readonly Pool[];
  signal: AbortSignal;
}

/** Waits until a pool may be asked, within the turn's time; false when it is not to be asked. */
async function isReady(state: TurnState, { pool, rest, signal }: Turn): Promise<boolean> {
  const { clock, deps } = state;
  await examined(state, pool, signal);
  const restMs = pool.restMs();
  const isLast = rest.every((other) => other.restMs() > 0);
  if (restMs > 0 && isLast && restMs <= REST_MS_MAX && restMs < clock.leftMs()) {
    await deps.clock.sleep(restMs, signal);
  }
  if (signal.aborted) throw LiluxError.from(signal.reason);
  return pool.isClosed() && pool.restMs() === 0 && clock.leftMs() > 0;
}

async function examined({ clock }: TurnState, pool: Pool, signal: AbortSignal): Promise<void> {
  clock.begin();
  await pool.examined(Math.min(EXAMINED_MS, clock.leftMs()), signal);
}

/** Whoever may be asked next needs a share of the turn's time, too. */
function within<R extends { firstTokenMs?: number }>(
  { clock }: TurnState,
  request: R,
  shares = 1,
): R {
  const shareMs = clock.leftMs() / shares;
  return { ...request, firstTokenMs: Math.min(shareMs, request.firstTokenMs ?? shareMs) };
}

interface Attempt {
  pool: Pool;
  request: ModelRequest;
  signal: AbortSignal;
}

/** One attempt; returns why it failed when nothing was handed on yet. */
async function* attempted(
  state: TurnState,
  { pool, request, signal }: Attempt,
): AsyncGenerator<ModelEvent, LiluxError | undefined> {
  let started = false;
  pool.retries.deposit();
  try {
    for await (const event of pool.model.stream(request, signal)) {
      if (!started) {
        started = true;
        pool.succeeded();
        state.clock.answered();
        state.answering = pool.model;
        yield { type: "answering", model: pool.model.name };
      }
      yield event;
    }
    return undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = LiluxError.from(error);
    noteFailure(state, pool, failure);
    if (started) throw failure;
    return failure;
  }
}

function noteFailure({ silent }: TurnState, pool: Pool, failure: LiluxError): void {
  pool.failed(failure);
  if (failure.details?.["reason"] === "silent") silent.add(pool);
}

/** Another server, or the same later, may answer. */
function mayPass({ code }: LiluxError): boolean {
  return code === "llm_unavailable" || code === "llm_truncated";
}

/** This server does not take it; another may. */
function isOfServer({ code }: LiluxError): boolean {
  return code === "llm_rejected" || code === "llm_context_full";
}

/** The same pool once more: when there is no other, it was not slow, and the budget allows it. */
function isWorthAnother(
  state: TurnState,
  { pool, rest, failure, tries }: Omit<Turn, "signal"> & { failure: LiluxError; tries: number },
): boolean {
  if (tries > 0 || rest.length > 0 || !mayPass(failure)) return false;
  if (state.silent.has(pool) || !pool.isClosed() || pool.restMs() > REST_MS_MAX) return false;
  return pool.retries.withdraw();
}
