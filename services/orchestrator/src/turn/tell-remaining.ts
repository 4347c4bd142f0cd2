import { remainingSteps } from "../model/built-in/plain-answers.ts";
import { type TurnWork, tellPlan } from "./make-call.ts";

/** Ends the plan of a turn, finished or failed, and says what of it was not done. */
export async function tellRemaining(work: TurnWork): Promise<void> {
  const { deps, scope, plan } = work;
  const { followsSteps } = deps.model.capabilities;
  if (followsSteps) await leaveAll(work);
  const left = followsSteps ? undoneSteps(plan.undone()) : remainingSteps(plan.steps());
  if (left === "") return;
  await scope.breakText();
  await scope.say(left);
}

async function leaveAll(work: TurnWork): Promise<void> {
  if (work.plan.depth() === 0) return;
  while (work.plan.depth() > 0) work.plan.leave();
  await tellPlan(work);
}

/** Whatever a model says of it, this is what the calls say. */
function undoneSteps(titles: readonly string[]): string {
  if (titles.length === 0) return "";
  return `Not done: ${titles.map((title) => `\`${title.replaceAll("`", "'")}\``).join(", ")}.`;
}
