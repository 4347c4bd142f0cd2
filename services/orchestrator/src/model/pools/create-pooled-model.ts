import type { Clock } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import { roundStart } from "../../turn/continuation.ts";
import type {
  LanguageModel,
  ModelEvent,
  ModelMessage,
  ModelRequest,
  StructuredRequest,
  TurnOfModel,
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
/** Pieces of one message: it is gone on with twice. */
const PIECES_MAX = 3;
const RETRY_WAIT_MS = 150;
/** A server that asks to be left alone for longer is not waited for. */
const REST_MS_MAX = 5_000;

/** Several pools as one model: the first that can answer does, and one that cannot is never a turn's end. */
export function createPooledModel(deps: PooledModelDeps): LanguageModel {
  const forTurn = (turn?: TurnOfModel): LanguageModel => createTurnModel(deps, turn?.tenant);
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
  tenant: string | undefined;
  clock: TurnClock;
  /** Pools that were silent in this turn: none is waited for twice. */
  silent: Set<Pool>;
  answering: LanguageModel | undefined;
}

function createTurnModel(deps: PooledModelDeps, tenant?: string): LanguageModel {
  const state: TurnState = {
    deps,
    tenant,
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
      // Whoever goes on with a message, and how, is decided here.
      return { ...current().capabilities, continuesMessage: true };
    },
    stream: (request, signal) => streamed(state, request, signal),
    structured: (request, signal) => structured(state, request, signal),
  };
}

function askable({ deps, silent, tenant }: TurnState): Pool[] {
  const isOffered = ({ tenants }: Pool): boolean =>
    tenants === undefined || (tenant !== undefined && tenants.includes(tenant));
  return usable(deps.pools).filter((pool) => isOffered(pool) && !silent.has(pool));
}

/**
 * One message, whoever writes it and in however many pieces: what was lost on
 * its way, or cut off at a limit, is gone on with by the next who can. Calls come
 * whole and last, so that of a message that broke off none was handed on.
 */
async function* streamed(
  state: TurnState,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const message = openedBy(request);
  for (let pieces = 1; ; pieces += 1) {
    const { failure, said } = yield* askInOrder(state, { request, message, signal });
    if (failure === undefined) return;
    if (said === "" && pieces === 1) {
      yield* instead(state, { request, failure: failure.error, signal });
      return;
    }
    const goesOn = said !== "" && pieces < PIECES_MAX && mayGoOn(failure.error, request);
    if (!goesOn) throw failure.first;
    message.openText += said;
    message.lost ??= failure.error;
  }
}

/** A message as far as it stands. */
interface OpenMessage {
  messages: ModelMessage[];
  openText: string;
  /** Why it was gone on with, for when nobody can. */
  lost: LiluxError | undefined;
  /** Who lost a piece of it: asked again only when nobody else can. */
  lostBy: Set<Pool>;
}

function openedBy({ messages, continuesMessage }: ModelRequest): OpenMessage {
  const last = messages.at(-1);
  if (continuesMessage !== true || last?.role !== "assistant") {
    return { messages: [...messages], openText: "", lost: undefined, lostBy: new Set() };
  }
  return {
    messages: messages.slice(0, -1),
    openText: last.content,
    lost: undefined,
    lostBy: new Set(),
  };
}

interface Asked {
  failure: { error: LiluxError; first: LiluxError } | undefined;
  /** What was handed on. */
  said: string;
}

/** The first pool that says anything says all it can. */
async function* askInOrder(
  state: TurnState,
  {
    request,
    message,
    signal,
  }: { request: ModelRequest; message: OpenMessage; signal: AbortSignal },
): AsyncGenerator<ModelEvent, Asked> {
  const inOrder = inOrderFor(request.explains === true, askable(state));
  const others = inOrder.filter((pool) => !message.lostBy.has(pool));
  const pools = [...others, ...inOrder.filter((pool) => message.lostBy.has(pool))];
  let error: LiluxError | undefined;
  for (const [index, pool] of pools.entries()) {
    const rest = pools.slice(index + 1);
    for (let tries = 0; await isReady(state, { pool, rest, signal }); tries += 1) {
      const asked = within(state, request, rest.length + 1);
      const attempt = yield* attempted(state, { pool, request: asked, message, signal });
      if (attempt.failure === undefined) return attempt;
      if (attempt.said !== "") return attempt;
      error = attempt.failure.error;
      if (!mayPass(error) && !isOfServer(error)) throw error;
      if (!isWorthAnother(state, { pool, rest, failure: error, tries })) break;
      await state.deps.clock.sleep(RETRY_WAIT_MS * (0.5 + Math.random()), signal);
    }
  }
  error ??= new LiluxError("llm_unavailable");
  return { failure: { error, first: message.lost ?? error }, said: "" };
}

/** Nobody said anything. */
async function* instead(
  state: TurnState,
  { request, failure, signal }: { request: ModelRequest; failure: LiluxError; signal: AbortSignal },
): AsyncGenerator<ModelEvent> {
  const { lastResort } = state.deps;
  // What is wrong with the settings is to be seen, and not answered around.
  if (request.explains === true || !mayPass(failure)) throw failure;
  state.answering = lastResort;
  yield { type: "answering", model: lastResort.name };
  yield* lastResort.stream(request, signal);
}

/** Lost on its way; or cut off at a limit, unless it was to be short. */
function mayGoOn(failure: LiluxError, { explains }: ModelRequest): boolean {
  const isCut = failure.code === "llm_incomplete" && failure.details?.["reason"] === "length";
  return isCut ? explains !== true : mayPass(failure);
}

/** Small models explain and verify; they plan and converse only when nobody else does. */
function inOrderFor(isSmall: boolean, pools: readonly Pool[]): Pool[] {
  const first = pools.filter(({ tier }) => (tier === "small") === isSmall);
  return [...first, ...pools.filter((pool) => !first.includes(pool))];
}

async function structured(
  state: TurnState,
  request: StructuredRequest,
  signal: AbortSignal,
): Promise<unknown> {
  // What it answers decides over a call: it is asked once, of the first who can.
  const resting = (each: Pool): boolean => each.restMs() > 0;
  const [pool] = inOrderFor(true, askable(state)).filter((each) => !resting(each));
  if (pool === undefined) return state.deps.lastResort.structured(request, signal);
  await examined(state, pool, { signal });
  pool.retries.deposit();
  try {
    const asked = { ...within(state, request), ...adapterOf(state, pool) };
    const value = await pool.model.structured(asked, signal);
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
  await examined(state, pool, { shares: rest.length + 1, signal });
  const restMs = pool.restMs();
  const isLast = rest.every((other) => other.restMs() > 0);
  if (restMs > 0 && isLast && restMs <= REST_MS_MAX && restMs < clock.leftMs()) {
    await deps.clock.sleep(restMs, signal);
  }
  if (signal.aborted) throw LiluxError.from(signal.reason);
  return pool.isClosed() && pool.restMs() === 0 && clock.leftMs() > 0;
}

/** At most half of a pool's share of the turn's time: the rest is for its answer. */
async function examined(
  { clock }: TurnState,
  pool: Pool,
  { shares = 1, signal }: { shares?: number; signal: AbortSignal },
): Promise<void> {
  clock.begin();
  await pool.examined(Math.min(EXAMINED_MS, clock.leftMs() / shares / 2), signal);
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
  message: OpenMessage;
  signal: AbortSignal;
}

/** One pool's piece of a message: what it handed on, and why it is not the last one. */
async function* attempted(
  state: TurnState,
  { pool, request, message, signal }: Attempt,
): AsyncGenerator<ModelEvent, Asked> {
  const { trimmer, ...start } = roundStart(message, pool.model);
  const adapter = adapterOf(state, pool);
  let said = "";
  const text = (piece: string): ModelEvent[] => {
    said += piece;
    return piece === "" ? [] : [{ type: "text", text: piece }];
  };
  const answering = (): ModelEvent[] => {
    if (state.answering === pool.model && state.clock.isAnswered()) return [];
    pool.succeeded();
    state.clock.answered();
    state.answering = pool.model;
    return [{ type: "answering", model: adapter.model ?? pool.model.name }];
  };
  pool.retries.deposit();
  try {
    for await (const event of pool.model.stream({ ...request, ...start, ...adapter }, signal)) {
      yield* answering();
      if (event.type === "text") yield* text(trimmer.push(event.text));
      else {
        // Calls and usage come after all of the text.
        yield* text(trimmer.end());
        yield event;
      }
    }
    yield* text(trimmer.end());
    return { failure: undefined, said };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    yield* text(trimmer.end());
    const error = LiluxError.from(thrown);
    noteFailure(state, pool, error);
    if (mayPass(error)) message.lostBy.add(pool);
    return { failure: { error, first: message.lost ?? error }, said };
  }
}

/** The tenant's own, where the server has it. */
function adapterOf({ tenant }: TurnState, { adapters, served }: Pool): { model?: string } {
  const model = tenant === undefined ? undefined : adapters[tenant];
  const isServed = model !== undefined && (served()?.includes(model) ?? true);
  return isServed ? { model } : {};
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
