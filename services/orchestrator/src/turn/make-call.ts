import {
  type Call,
  type ChatYes,
  createParser,
  ExecuteResult,
  LiluxError,
  type PlanStep,
} from "@lilux/protocol";
import { callKey, isRead } from "../calls/call-key.ts";
import { runCall } from "../calls/run-call.ts";
import type { CallerTools } from "../chat/caller-tools.ts";
import type { CallOutcome } from "../model/language-model.ts";
import type { TurnScope } from "../scope/turn-scope.ts";
import { type Conversation, forgetCall, forgetReads } from "./conversation.ts";
import type { Plan } from "./plan.ts";
import type { Proposal } from "./propose.ts";
import type { TurnDeps } from "./turn-deps.ts";

/** Calls of one turn, whoever proposes them. */
export const CALLS_MAX = 16;

const executeResult = createParser(ExecuteResult, "execute result", "internal");

/** What the parts of one turn that make calls share. */
export interface TurnWork {
  deps: TurnDeps;
  scope: TurnScope;
  conversation: Conversation;
  plan: Plan;
  callers: CallerTools;
  /** What is left of the tool loop's time; a call outside of it has its own deadline only. */
  leftMs: () => number;
}

export interface MadeCall {
  outcome: CallOutcome;
  /** Whether the person made it, by their line, their directive, or their yes. */
  isTheirs: boolean;
}

/** Runs a call within the turn's bounds and under the grants of the directive that is followed. */
export async function makeCall(work: TurnWork, { call, by, tainted }: Proposal): Promise<MadeCall> {
  const { deps, scope, conversation, plan, leftMs } = work;
  if (conversation.callsTried >= CALLS_MAX) {
    const message = `A turn may make ${CALLS_MAX} calls, and this one has. Answer with what there is.`;
    const error = new LiluxError("overloaded", { message }).toBody();
    return { outcome: { call, ok: false, error }, isTheirs: false };
  }
  conversation.callsTried += 1;
  conversation.made.set(callKey(call), call);
  const callId = `${scope.turn.turnId}.${conversation.callsTried}`;
  const bound = { call, callId, by, tainted, grants: plan.grants(), leftMs: leftMs() };
  const confirmsBefore = scope.account.confirmed;
  const step = plan.beginCall(call, callKey(call));
  if (step !== undefined) await tellPlanOf(work);
  const outcome = await runCall(deps, scope, bound).catch(async (ended: unknown) => {
    if (step !== undefined) step.state = "failed";
    await tellPlanOf(work);
    throw ended;
  });
  noteOutcome(conversation, outcome);
  if (step !== undefined) await endStep(work, { step, outcome });
  return { outcome, isTheirs: !tainted || scope.account.confirmed > confirmsBefore };
}

/** A call that a person said yes to after they were asked about it in an earlier turn. */
export async function makeConfirmedCall(
  { deps, scope, conversation, leftMs }: TurnWork,
  { call, confirmation, sessionId }: ChatYes,
): Promise<MadeCall> {
  conversation.callsTried += 1;
  conversation.made.set(callKey(call), call);
  const { callId } = confirmation;
  const bound = { call, callId, by: "model", tainted: true, grants: undefined } as const;
  const yes = { confirmation, askedIn: sessionId, leftMs: leftMs() };
  return { outcome: await runCall(deps, scope, { ...bound, ...yes }), isTheirs: true };
}

/**
 * A directive that is ready to be followed; undefined for any other result. One
 * without steps is followed, too: its text binds a model no less.
 */
export function directiveOf(outcome: CallOutcome): ExecuteResult | undefined {
  if (!outcome.ok || outcome.call.name !== "execute") return undefined;
  const { result } = outcome;
  if (outcome.call.arguments.item_type !== "directive") return undefined;
  return executeResult.is(result) && result.status === "ready" ? result : undefined;
}

export function hasSteps(directive: ExecuteResult | undefined): boolean {
  return (directive?.steps ?? []).length > 0;
}

/** What a call that ended means for those that may be made after it. */
function noteOutcome(conversation: Conversation, { call, ...end }: CallOutcome): void {
  if (isRead(call)) {
    if (!end.ok && end.error.retryable) forgetCall(conversation, call);
  } else if (end.ok && changesLibrary(call)) forgetReads(conversation);
}

function changesLibrary(call: Call): boolean {
  return call.name === "load" || (call.name === "execute" && call.arguments.action !== "run");
}

/** A directive that begins has not done its step: its own steps come, and a model says when. */
async function endStep(
  work: TurnWork,
  { step, outcome }: { step: PlanStep; outcome: CallOutcome },
): Promise<void> {
  if (directiveOf(outcome) !== undefined) {
    work.plan.dropCall(step);
    return;
  }
  step.state = stateOf(outcome);
  await tellPlanOf(work);
}

function stateOf(outcome: CallOutcome): PlanStep["state"] {
  if (hasWorked(outcome)) return "done";
  return !outcome.ok && outcome.error.code === "confirm_declined" ? "skipped" : "failed";
}

/** A script that ran and says that it failed is a call that was made, and a step that was not done. */
export function hasWorked(outcome: CallOutcome): boolean {
  if (!outcome.ok) return false;
  return !(executeResult.is(outcome.result) && outcome.result.status === "error");
}

/** Where there is one: a turn of a single call has none. */
async function tellPlanOf(work: TurnWork): Promise<void> {
  if (work.plan.steps().length > 0) await tellPlan(work);
}

export async function tellPlan({ scope, plan }: TurnWork): Promise<void> {
  await scope.emit({ type: "plan-update", turnId: scope.turn.turnId, steps: plan.steps() });
}
