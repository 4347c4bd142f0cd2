import type { ExecuteResult } from "@lilux/protocol";
import { newCallId } from "../model/new-call-id.ts";
import { callOfStep } from "./call-of-step.ts";
import { tellCall } from "./conversation.ts";
import { directiveOf, hasWorked, makeCall, type TurnWork, tellPlan } from "./make-call.ts";

/** Directives that run directives. */
const DEPTH_MAX = 3;

/**
 * Follows a directive without a mind: each step that names its call is run, in
 * order and under the directive's grants. The first step that needs judgement,
 * or fails, ends it; what is left stays in the plan for the person.
 */
export async function followSteps(
  work: TurnWork,
  { directive, isTheirs }: { directive: ExecuteResult; isTheirs: boolean },
): Promise<boolean> {
  const { plan, conversation } = work;
  const steps = directive.steps ?? [];
  const first = plan.begin({ steps, grants: directive.permissions ?? [] });
  await tellPlan(work);
  for (const [index, step] of steps.entries()) {
    const call = callOfStep(step, directive.inputs ?? {});
    if (call === undefined) return false;
    plan.mark(first + index, "running");
    await tellPlan(work);
    // Its values are the directive's inputs: no result ever gets into them.
    const made = await makeCall(work, { call, by: "directive", tainted: !isTheirs });
    const { outcome } = made;
    tellCall(conversation, { id: newCallId(), outcome });
    const inner = directiveOf(outcome);
    const isDone =
      hasWorked(outcome) &&
      (inner === undefined ||
        (plan.depth() < DEPTH_MAX &&
          (await followSteps(work, { directive: inner, isTheirs: made.isTheirs }))));
    plan.mark(first + index, isDone ? "done" : "failed");
    await tellPlan(work);
    if (!isDone) return false;
  }
  // Done steps end a directive; one without any has to be left.
  if (steps.length === 0) plan.leave();
  return true;
}
