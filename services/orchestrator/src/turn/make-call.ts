import { digestCall } from "@lilux/core/calls";
import { type ChatYes, createParser, ExecuteResult, LiluxError } from "@lilux/protocol";
import { runCall } from "../calls/run-call.ts";
import type { CallerTools } from "../chat/caller-tools.ts";
import type { CallOutcome } from "../model/language-model.ts";
import type { TurnScope } from "../scope/turn-scope.ts";
import type { Conversation } from "./conversation.ts";
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
  conversation.made.add(digestCall(call));
  const callId = `${scope.turn.turnId}.${conversation.callsTried}`;
  const bound = { call, callId, by, tainted, grants: plan.grants(), leftMs: leftMs() };
  const confirmsBefore = scope.account.confirmed;
  const outcome = await runCall(deps, scope, bound);
  return { outcome, isTheirs: !tainted || scope.account.confirmed > confirmsBefore };
}

/** A call that a person said yes to after they were asked about it in an earlier turn. */
export async function makeConfirmedCall(
  { deps, scope, conversation, leftMs }: TurnWork,
  { call, confirmation, sessionId }: ChatYes,
): Promise<MadeCall> {
  conversation.callsTried += 1;
  conversation.made.add(digestCall(call));
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

export async function tellPlan({ scope, plan }: TurnWork): Promise<void> {
  await scope.emit({ type: "plan-update", turnId: scope.turn.turnId, steps: plan.steps() });
}
