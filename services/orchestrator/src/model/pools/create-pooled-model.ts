import { LiluxError } from "@lilux/protocol";
import type {
  Decided,
  DecideRequest,
  LanguageModel,
  ModelEvent,
  ModelRequest,
  StructuredRequest,
  TurnOfModel,
} from "../language-model.ts";
import { askInOrder, examined } from "./ask-in-order.ts";
import { mayPass } from "./failure-kinds.ts";
import { openedBy } from "./open-message.ts";
import type { Pool } from "./pool.ts";
import { createTurnClock } from "./turn-clock.ts";
import {
  adapterOf,
  askable,
  goneReason,
  inOrderFor,
  noteFailure,
  type PooledModelDeps,
  type TurnState,
  usable,
  within,
} from "./turn-state.ts";

/** Pieces of one message: it is gone on with twice. */
const PIECES_MAX = 3;

/** Several pools as one model: the first that can answer does, and one that cannot is never a turn's end. */
export function createPooledModel(deps: PooledModelDeps): LanguageModel {
  const forTurn = (turn?: TurnOfModel): LanguageModel => createTurnModel(deps, turn);
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
    decide: async (request, signal) => forTurn().decide?.(request, signal),
    forTurn,
  };
}

function createTurnModel(deps: PooledModelDeps, turn?: TurnOfModel): LanguageModel {
  const state: TurnState = {
    deps,
    turn,
    clock: createTurnClock(deps.clock, {
      firstTokenMs: deps.firstTokenMs,
      seenAt: turn?.seenAt,
    }),
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
    decide: (request, signal) => decided(state, request, signal),
  };
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

/** Nobody said anything. */
async function* instead(
  state: TurnState,
  { request, failure, signal }: { request: ModelRequest; failure: LiluxError; signal: AbortSignal },
): AsyncGenerator<ModelEvent> {
  const { lastResort } = state.deps;
  const gone = goneReason(state);
  if (gone !== undefined) throw gone;
  // What is wrong with the settings is to be seen, and not answered around.
  if (request.explains === true || !(mayPass(failure) || isBusyHelper(state, failure)))
    throw failure;
  if (state.turn?.pool !== undefined) throw failure;
  state.answering = lastResort;
  yield { type: "answering", model: lastResort.name };
  yield* lastResort.stream(request, signal);
}

/** A fleet that is full says so; a helper on one's own machine has somebody to stand in for it. */
function isBusyHelper({ deps }: TurnState, { code }: LiluxError): boolean {
  return code === "overloaded" && deps.pools.every(({ isLocal }) => isLocal);
}

/** Lost on its way; or cut off at a limit, unless that was asked for. */
function mayGoOn(failure: LiluxError, { tokensMax }: ModelRequest): boolean {
  const isCut = failure.code === "llm_incomplete" && failure.details?.["reason"] === "length";
  return isCut ? tokensMax === undefined : mayPass(failure);
}

/** What it answers decides over a call: it is asked once, of the first who can. */
async function askedOnce<R extends { firstTokenMs?: number; teaches?: boolean }, T>(
  state: TurnState,
  request: R,
  { signal, ask }: { signal: AbortSignal; ask(model: LanguageModel, request: R): Promise<T> },
): Promise<T> {
  const resting = (each: Pool): boolean => each.restMs() > 0;
  const isSmall = request.teaches !== true;
  const [pool] = inOrderFor(isSmall, askable(state)).filter((each) => !resting(each));
  if (pool === undefined) return ask(state.deps.lastResort, request);
  await examined(state, pool, { signal });
  pool.retries.deposit();
  try {
    const value = await ask(pool.model, { ...within(state, request), ...adapterOf(state, pool) });
    pool.succeeded();
    return value;
  } catch (error) {
    if (!signal.aborted) noteFailure(state, pool, { failure: LiluxError.from(error) });
    throw error;
  }
}

function structured(
  state: TurnState,
  request: StructuredRequest,
  signal: AbortSignal,
): Promise<unknown> {
  return askedOnce(state, request, {
    signal,
    ask: (model, asked) => model.structured(asked, signal),
  });
}

function decided(
  state: TurnState,
  request: DecideRequest,
  signal: AbortSignal,
): Promise<Decided | undefined> {
  return askedOnce(state, request, {
    signal,
    ask: async (model, asked) => model.decide?.(asked, signal),
  });
}
