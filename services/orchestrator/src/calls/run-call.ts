import { describeCall, digestCall } from "@lilux/core/calls";
import { mayRunWithoutAsking } from "@lilux/core/consent";
import { loggedError } from "@lilux/core/telemetry";
import {
  type Call,
  type CallActor,
  type CallOrigin,
  type Confirmation,
  type ExecuteCall,
  type Grant,
  LiluxError,
} from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { OrchestratorMetrics } from "../metrics.ts";
import type { CallOutcome } from "../model/language-model.ts";
import type { TurnScope } from "../scope/turn-scope.ts";
import { askPerson } from "./ask-person.ts";
import { isRead } from "./call-key.ts";
import { itemEffect } from "./item-effect.ts";
import { createProgressTelling } from "./progress-telling.ts";
import { mayAskTwice, rideOut, tryTwice } from "./ride-out.ts";

export interface CallDeps {
  kiwi: KiwiApi;
  metrics: OrchestratorMetrics;
  logger: Logger;
  /** How long an execute may take: above the tool core's own limit. */
  executeWithinMs: number;
}

export interface CallBinding {
  callId: string;
  by: CallActor;
  /** Nobody stands for it but what the model has read. */
  tainted: boolean;
  /** The grants of the directive on whose behalf it runs; undefined for a person's own call. */
  grants: readonly Grant[] | undefined;
  /** What is left to the turn for an execute, without the time a person takes to confirm. */
  leftMs: number;
  /** A yes that came before the turn began. */
  confirmation?: Confirmation;
  /** The session in which that yes was asked for. */
  askedIn?: string;
}

const LOOKUP_DEADLINE_MS = 5_000;

/**
 * Runs one call and tells the person: asks first when it needs a yes, uses a
 * result that is already there when it only reads. A call that fails is an
 * outcome; only the end of the turn's signal throws, after the call was ended.
 */
export async function runCall(
  deps: CallDeps,
  scope: TurnScope,
  { call, ...binding }: CallBinding & { call: Call },
): Promise<CallOutcome> {
  const startedAt = scope.clock.monotonic();
  let outcome: CallOutcome;
  try {
    outcome = { call, ok: true, result: await confirmAndRun(deps, scope, { call, ...binding }) };
  } catch (error) {
    const fields = { turnId: scope.turn.turnId, callId: binding.callId, call: call.name };
    const line = { logger: deps.logger, message: "call failed", fields };
    outcome = { call, ok: false, error: loggedError(error, line).toBody() };
  }
  await tellEnd(deps, scope, { outcome, callId: binding.callId, startedAt });
  if (scope.signal.aborted) throw LiluxError.from(scope.signal.reason);
  return outcome;
}

type BoundCall = CallBinding & { call: Call };

async function confirmAndRun(deps: CallDeps, scope: TurnScope, bound: BoundCall): Promise<unknown> {
  const { call, callId, by, tainted, grants } = bound;
  const options = { ...optionsOf(scope), deadlineMs: LOOKUP_DEADLINE_MS };
  const { tenant } = scope.turn;
  const within = { clock: scope.clock, signal: scope.signal, leftMs: bound.leftMs };
  const found = await rideOut(() => itemEffect(deps.kiwi, { call, tenant }, options), within);
  const verdict = mayRunWithoutAsking({
    call,
    itemEffect: found,
    by,
    isTainted: tainted,
    secondPerson: scope.mandate?.secondPerson?.effects,
  });
  const begin = once(() =>
    scope.emit({ type: "call-start", turnId: scope.turn.turnId, callId, call }),
  );
  // A call that will wait for the person has not begun. It is put to the tool core all the same:
  // only that knows what is to be asked, and nobody is asked about what it refuses.
  if (verdict.mayRun) await begin();
  // What was read ahead was read for the person, whose calls no grants bind.
  if (verdict.mayRun && verdict.effect === "read" && grants === undefined) {
    const speculated = scope.request.speculated?.[digestCall(call)];
    if (speculated !== undefined) return speculated;
  }
  try {
    const result = await perform(deps, scope, { ...bound, begin });
    await begin();
    return result;
  } catch (thrown) {
    return runConfirmed(deps, scope, { ...bound, begin, thrown });
  }
}

/** What changed between question and yes is asked about anew; content that never rests does not run. */
const QUESTIONS_MAX = 3;

async function runConfirmed(
  deps: CallDeps,
  scope: TurnScope,
  { thrown, ...bound }: ConfirmedCall & { thrown: unknown },
): Promise<unknown> {
  const { call, callId, begin } = bound;
  if (bound.confirmation !== undefined) throw staleYes(thrown);
  let problem = thrown;
  for (let asked = 0; asked < QUESTIONS_MAX; asked += 1) {
    const question = LiluxError.from(problem);
    if (question.code !== "confirm_required") throw problem;
    const confirmation = await askPerson(deps, scope, { call, callId, question });
    await begin();
    try {
      return await perform(deps, scope, { ...bound, confirmation });
    } catch (error) {
      problem = error;
    }
  }
  if (LiluxError.from(problem).code !== "confirm_required") throw problem;
  const message = "What would run changed after each yes, so it did not run.";
  throw new LiluxError("confirm_declined", { message });
}

function staleYes(thrown: unknown): unknown {
  if (LiluxError.from(thrown).code !== "confirm_required") return thrown;
  const message =
    "That yes is no longer good: it was used, is too old, or what would run has changed. Ask for the call again.";
  return new LiluxError("confirm_declined", { message });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

interface ConfirmedCall extends BoundCall {
  /** Tells that it runs, unless that was told. */
  begin(): Promise<void>;
}

function perform(deps: CallDeps, scope: TurnScope, bound: ConfirmedCall): Promise<unknown> {
  const { clock, signal } = scope;
  const ask = (): Promise<unknown> => askOnce(deps, scope, bound);
  const { leftMs } = bound;
  const within = { clock, signal, leftMs };
  if (isRead(bound.call)) return tryTwice(() => rideOut(ask, within), within);
  return mayAskTwice(bound.call) ? rideOut(ask, within) : ask();
}

async function askOnce(deps: CallDeps, scope: TurnScope, bound: ConfirmedCall): Promise<unknown> {
  const { kiwi } = deps;
  const { call, callId, confirmation } = bound;
  const base = { ...onBehalf(scope, bound), tenant: scope.turn.tenant };
  const options = { ...optionsOf(scope), deadlineMs: LOOKUP_DEADLINE_MS };
  switch (call.name) {
    case "search":
      return kiwi.search({ ...base, arguments: call.arguments }, options);
    case "load":
      return kiwi.load(
        { ...base, arguments: call.arguments, callId, ...(confirmation && { confirmation }) },
        options,
      );
    case "execute":
      return execute(deps, scope, { ...bound, call });
  }
}

async function execute(
  { kiwi, executeWithinMs }: CallDeps,
  scope: TurnScope,
  { call, begin, ...bound }: ConfirmedCall & { call: ExecuteCall },
): Promise<unknown> {
  const { callId, confirmation, leftMs } = bound;
  const request = {
    tenant: scope.turn.tenant,
    callId,
    arguments: call.arguments,
    ...(confirmation === undefined ? {} : { confirmation }),
    ...onBehalf(scope, bound),
  };
  const options = { ...optionsOf(scope), deadlineMs: Math.min(executeWithinMs, leftMs) };
  const progress = createProgressTelling(scope, callId);
  try {
    for await (const event of kiwi.execute(request, options)) {
      await begin();
      if (event.type === "result") return event.result;
      progress.push(event.text);
    }
  } finally {
    await progress.stop();
  }
  throw new LiluxError("kiwi_unavailable", { cause: new Error("no result was sent") });
}

async function tellEnd(
  { metrics }: CallDeps,
  scope: TurnScope,
  end: { outcome: CallOutcome; callId: string; startedAt: number },
): Promise<void> {
  const { outcome, callId, startedAt } = end;
  const { account, turn, clock } = scope;
  const durationMs = clock.monotonic() - startedAt;
  const { call, ok } = outcome;
  account.calls.push(`${describeCall(call)}${ok ? "" : ` failed: ${outcome.error.code}`}`);
  if (!ok) account.callsFailed += 1;
  const labels = { primitive: call.name, outcome: ok ? "ok" : outcome.error.code };
  metrics.calls.observe(labels, durationMs / 1_000);
  const result = ok ? { result: outcome.result } : { error: outcome.error };
  await scope.emit({ type: "call-end", turnId: turn.turnId, callId, ok, ...result, durationMs });
}

/** Whose call it is: its turn, who proposes it, and what the directive that is followed grants. */
function onBehalf(
  { turn: { sessionId, turnId } }: TurnScope,
  { by, tainted, grants, askedIn }: CallBinding,
): { origin: CallOrigin; by: CallActor; tainted: boolean; grants?: Grant[] } {
  const base = { origin: { sessionId: askedIn ?? sessionId, turnId }, by, tainted };
  return grants === undefined ? base : { ...base, grants: [...grants] };
}

function optionsOf({ signal, traceparent, mandate }: TurnScope): KiwiCallOptions {
  return { signal, traceparent, mandate };
}
