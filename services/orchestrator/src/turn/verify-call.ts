import { loggedError } from "@lilux/core/telemetry";
import { confidenceOnEnter, fuseDecision } from "@lilux/core/turns";
import { type Candidate, LiluxError } from "@lilux/protocol";
import { askWhichCall } from "../decisions/ask-which-call.ts";
import type { Decided, RouterView, Spending } from "../model/language-model.ts";
import { addSpending } from "../scope/turn-account.ts";
import type { TurnWork } from "./make-call.ts";
import { offeredTools } from "./offered-tools.ts";

/** What came of the question which call is meant. */
export type Verified =
  | { outcome: "confirmed" | "repaired"; candidate: Candidate }
  /** Another thing is meant; or nobody is sure enough. */
  | { outcome: "rejected" | "unsure" }
  /** Nobody said anything in time, or at all: which is not a no. */
  | { outcome: "late" | "unanswered" };

const CANDIDATES_MAX = 3;
/** Who picked a call with a key meant it, whatever the router thinks. */
const CHOSEN_CONFIDENCE = 0.9;

/**
 * Asks one question over the router's first calls and none of them. The answer and the router's
 * confidence make one probability, and `act` is the bar for it: so a wrong leader gives way to the
 * call that is meant.
 */
export async function verifyCall(work: TurnWork, router: RouterView): Promise<Verified> {
  const { scope, deps } = work;
  const candidates = candidatesOf(work, router);
  scope.account.firstModelRequestMs ??= scope.clock.monotonic() - scope.startedAt;
  let verified: Verified;
  try {
    const decided = await ask(work, { router, candidates });
    verified = judged(candidates, { decided, router, work });
  } catch (error) {
    if (scope.signal.aborted) throw LiluxError.from(scope.signal.reason);
    const line = { logger: deps.logger, message: "language model failed" };
    const { code } = loggedError(error, { ...line, fields: { turnId: scope.turn.turnId } });
    verified = { outcome: code === "deadline_exceeded" ? "late" : "unanswered" };
  }
  scope.account.verified = verified.outcome;
  deps.metrics.verified.inc({ outcome: verified.outcome });
  return verified;
}

/** A call that a person picked is theirs or nobody's: no other is put in its place. */
function candidatesOf({ scope }: TurnWork, { prediction, leader }: RouterView): Candidate[] {
  const { chosen } = scope.turn;
  if (chosen !== undefined) return [chosen];
  const listed = prediction?.candidates.slice(0, CANDIDATES_MAX) ?? [];
  return listed.length > 0 || leader === undefined ? listed : [leader];
}

function ask(
  work: TurnWork,
  { router, candidates }: { router: RouterView; candidates: readonly Candidate[] },
): Promise<Decided> {
  const { scope, deps, conversation, plan } = work;
  // The line itself is in the question; the person's earlier ones give it its meaning. Of answers
  // and results nobody hears: nobody but the person may talk a model into a call.
  const messages = conversation.messages.filter(
    ({ role }, at, { length }) => at < length - 1 && (role === "system" || role === "user"),
  );
  return askWhichCall({
    model: deps.model,
    candidates,
    router,
    asked: {
      messages,
      tools: work.callers.beside(offeredTools(plan)),
      earlier: messages.filter(({ role }) => role === "user").map(({ content }) => content),
      line: scope.turn.text,
      onSpent: (spending: Spending): void => addSpending(scope.account, spending),
    },
    within: deps.verifyWithin,
    signal: scope.signal,
  });
}

interface Judging {
  decided: Decided;
  router: RouterView;
  work: TurnWork;
}

function judged(
  candidates: readonly Candidate[],
  { decided: { probabilities, model, form }, router, work }: Judging,
): Verified {
  const isChosen = work.scope.turn.chosen !== undefined;
  const fused = fuseDecision({
    confidences: candidates.map((each) => (isChosen ? CHOSEN_CONFIDENCE : confidenceOnEnter(each))),
    answer: probabilities,
    calibration: work.deps.calibrations.of(model, form),
  });
  const best = fused.indexOf(Math.max(...fused));
  const candidate = candidates[best];
  if (candidate === undefined) return { outcome: "rejected" };
  const isSure = (fused[best] ?? 0) > router.thresholds.act;
  // Wherever a tenant's bar is: what the model puts behind another it has not said yes to.
  const isSaid = (probabilities[best] ?? 0) >= Math.max(...probabilities);
  if (!isSure || !isSaid) return { outcome: "unsure" };
  return { outcome: best === 0 ? "confirmed" : "repaired", candidate };
}
