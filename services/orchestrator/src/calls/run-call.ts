import { describeCall, digestCall, effectOfCall } from "@lilux/core/calls";
import { loggedError } from "@lilux/core/telemetry";
import {
  type Call,
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
import type { TurnScope } from "../turn/turn-scope.ts";
import { confirmReason } from "./confirm-reason.ts";
import { itemEffect } from "./item-effect.ts";
import { createProgressTelling } from "./progress-telling.ts";

export interface CallDeps {
  kiwi: KiwiApi;
  metrics: OrchestratorMetrics;
  logger: Logger;
  /** How long an execute may take: above the tool core's own limit. */
  executeWithinMs: number;
}

export interface CallBinding {
  callId: string;
  /** The grants of the directive on whose behalf it runs; undefined for a person's own call. */
  grants: readonly Grant[] | undefined;
  /** What is left to the turn for an execute, without the time a person takes to confirm. */
  leftMs: number;
}

const LOOKUP_DEADLINE_MS = 5_000;

/**
 * Runs one call and tells the person: asks first when it is destructive, uses a
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
  const { call, callId } = bound;
  const options = { ...optionsOf(scope), deadlineMs: LOOKUP_DEADLINE_MS };
  const { tenant } = scope.turn;
  const effect = effectOfCall(call, await itemEffect(deps.kiwi, { call, tenant }, options));
  // A directive's call is put to the tool core first: nobody is asked to confirm
  // what its grants refuse.
  const asksFirst = effect === "destructive" && bound.grants === undefined;
  const confirmation = asksFirst ? await confirm(deps, scope, { call, callId }) : undefined;
  await scope.emit({ type: "call-start", turnId: scope.turn.turnId, callId, call });
  // What was read ahead was read for the person, whose calls no grants bind.
  if (effect === "read" && bound.grants === undefined) {
    const speculated = scope.request.speculated?.[digestCall(call)];
    if (speculated !== undefined) return speculated;
  }
  try {
    return await perform(deps, scope, { ...bound, confirmation });
  } catch (error) {
    // The tool core has the last word: the item may have changed since it was looked up.
    const asked = confirmation !== undefined;
    if (asked || LiluxError.from(error).code !== "confirm_required") throw error;
    const late = await confirm(deps, scope, { call, callId });
    return perform(deps, scope, { ...bound, confirmation: late });
  }
}

async function confirm(
  deps: CallDeps,
  scope: TurnScope,
  { call, callId }: { call: Call; callId: string },
): Promise<Confirmation> {
  scope.account.confirms += 1;
  const answered = scope.confirmations.wait(callId, scope.signal);
  await scope.emit({
    type: "confirm-request",
    turnId: scope.turn.turnId,
    callId,
    call,
    effect: "destructive",
    reason: confirmReason(call),
  });
  const askedAt = scope.clock.monotonic();
  const answer = await answered;
  scope.account.confirmMs += scope.clock.monotonic() - askedAt;
  if (scope.signal.aborted) throw LiluxError.from(scope.signal.reason);
  deps.metrics.confirms.inc({ outcome: answer });
  if (answer === "approved") return { callId, callDigest: digestCall(call) };
  const message =
    answer === "timeout" ? "Nobody confirmed the call in time, so it did not run." : undefined;
  throw new LiluxError("confirm_declined", message === undefined ? {} : { message });
}

type ConfirmedCall = BoundCall & { confirmation: Confirmation | undefined };

async function perform(deps: CallDeps, scope: TurnScope, bound: ConfirmedCall): Promise<unknown> {
  const { kiwi } = deps;
  const { call } = bound;
  const base = { ...onBehalf(scope, bound.grants), tenant: scope.turn.tenant };
  const options = { ...optionsOf(scope), deadlineMs: LOOKUP_DEADLINE_MS };
  switch (call.name) {
    case "search":
      return kiwi.search({ ...base, arguments: call.arguments }, options);
    case "load":
      return kiwi.load({ ...base, arguments: call.arguments }, options);
    case "execute":
      return execute(deps, scope, { ...bound, call });
  }
}

async function execute(
  { kiwi, executeWithinMs }: CallDeps,
  scope: TurnScope,
  { call, callId, confirmation, grants, leftMs }: ConfirmedCall & { call: ExecuteCall },
): Promise<unknown> {
  const request = {
    tenant: scope.turn.tenant,
    callId,
    arguments: call.arguments,
    ...(confirmation === undefined ? {} : { confirmation }),
    ...onBehalf(scope, grants),
  };
  const options = { ...optionsOf(scope), deadlineMs: Math.min(executeWithinMs, leftMs) };
  const progress = createProgressTelling(scope, callId);
  try {
    for await (const event of kiwi.execute(request, options)) {
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

/** Whose call it is: the turn it belongs to, and what the directive that is followed grants. */
function onBehalf(
  { turn: { sessionId, turnId } }: TurnScope,
  grants: readonly Grant[] | undefined,
): { origin: CallOrigin; grants?: Grant[] } {
  const origin = { sessionId, turnId };
  return grants === undefined ? { origin } : { origin, grants: [...grants] };
}

function optionsOf({ signal, traceparent }: TurnScope): KiwiCallOptions {
  return { signal, traceparent };
}
