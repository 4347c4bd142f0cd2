import { deadlineSignal } from "@lilux/core/async";
import { loggedError } from "@lilux/core/telemetry";
import { confidenceOnEnter, decisionCalibration, fuseDecision } from "@lilux/core/turns";
import { type Candidate, createParser, LiluxError } from "@lilux/protocol";
import type { Decided, DecideRequest, RouterView, Spending } from "../model/language-model.ts";
import {
  letteredQuestion,
  letterOf,
  WRITTEN_DECISION_NAME,
  WrittenDecision,
} from "../model/lettered-question.ts";
import { AS_JSON, callOptions, WHICH_CALL } from "../prompts/verify-prompt.ts";
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

const TOKENS_MAX = 64;
const CANDIDATES_MAX = 3;
/** Who picked a call with a key meant it, whatever the router thinks. */
const CHOSEN_CONFIDENCE = 0.9;
/** What a word that a model wrote is taken for. */
const WRITTEN = 0.9;

const written = createParser(WrittenDecision, "verify answer", "llm_rejected");

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
    const decided = await decide(work, { router, candidates });
    verified = judged(candidates, { decided, router, isChosen: scope.turn.chosen !== undefined });
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

interface Question {
  router: RouterView;
  candidates: readonly Candidate[];
}

async function decide(work: TurnWork, { router, candidates }: Question): Promise<Decided> {
  const { scope, deps, conversation, plan } = work;
  const { decisionMs, verdictMs } = deps.verifyWithin;
  // The line itself is in the question; the person's earlier ones give it its meaning. Of answers
  // and results nobody hears: nobody but the person may talk a model into a call.
  const messages = conversation.messages.filter(
    ({ role }, at, { length }) => at < length - 1 && (role === "system" || role === "user"),
  );
  const lines = messages.filter(({ role }) => role === "user").map(({ content }) => content);
  const tools = work.callers.beside(offeredTools(plan));
  const onSpent = (spending: Spending): void => addSpending(scope.account, spending);
  const request: DecideRequest = {
    messages,
    tools,
    earlier: lines,
    line: scope.turn.text,
    instructions: WHICH_CALL,
    options: callOptions(candidates),
    onSpent,
  };
  const decided = await deps.model.decide?.(request, deadlineSignal(decisionMs, scope.signal));
  if (decided !== undefined) return decided;
  const content = `${letteredQuestion(request)} ${AS_JSON}`;
  const answer = await deps.model.structured(
    {
      messages: [...messages, { role: "user", content }],
      tools,
      name: WRITTEN_DECISION_NAME,
      schema: WrittenDecision,
      tokensMax: TOKENS_MAX,
      router,
      onSpent,
    },
    deadlineSignal(verdictMs, scope.signal),
  );
  return asDecided(written.parse(answer).answer, { options: request.options.length, work });
}

function asDecided(
  answer: string,
  { options, work }: { options: number; work: TurnWork },
): Decided {
  const letters = Array.from({ length: options }, (_, at) => letterOf(at));
  if (!letters.includes(answer)) throw new LiluxError("llm_rejected");
  const others = (1 - WRITTEN) / (options - 1);
  const probabilities = letters.map((letter) => (letter === answer ? WRITTEN : others));
  return { probabilities, form: "json", model: work.deps.model.name };
}

function judged(
  candidates: readonly Candidate[],
  { decided, router, isChosen }: { decided: Decided; router: RouterView; isChosen: boolean },
): Verified {
  const fused = fuseDecision({
    confidences: candidates.map((each) => (isChosen ? CHOSEN_CONFIDENCE : confidenceOnEnter(each))),
    answer: decided.probabilities,
    calibration: decisionCalibration(decided.model, decided.form),
  });
  const best = fused.indexOf(Math.max(...fused));
  const candidate = candidates[best];
  if (candidate === undefined) return { outcome: "rejected" };
  if ((fused[best] ?? 0) <= router.thresholds.act) return { outcome: "unsure" };
  return { outcome: best === 0 ? "confirmed" : "repaired", candidate };
}
