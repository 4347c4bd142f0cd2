import { deadlineSignal } from "@lilux/core/async";
import { type Call, type ChatYes, ERRORS, isErrorCode, LiluxError } from "@lilux/protocol";
import type { RouterWindow } from "../ask-router/router-window.ts";
import { renderOutcome } from "../model/built-in/render-outcome.ts";
import type { CallOutcome, RouterView } from "../model/language-model.ts";
import { newCallId } from "../model/new-call-id.ts";
import { EXPLAIN_RESULT } from "../prompts/turn-prompts.ts";
import { tellCall } from "./conversation.ts";
import { generate } from "./generate.ts";
import {
  directiveOf,
  hasSteps,
  type MadeCall,
  makeCall,
  makeConfirmedCall,
  type TurnWork,
} from "./make-call.ts";
import { offeredTools } from "./offered-tools.ts";
import { callOfLine } from "./propose.ts";
import { showPlainly } from "./show-plainly.ts";
import { beginDirective, runToolLoop } from "./tool-loop.ts";

const EXPLAIN_DEADLINE_MS = 30_000;

/** Runs the call at once; the model only explains what came of it. */
export async function takeFastPath(
  work: TurnWork,
  { call, router }: { call: Call; router: RouterView },
): Promise<void> {
  const made = await makeCall(work, callOfLine(call, work.scope.request));
  await explainMade(work, { made, router });
}

/** A call that waited for a person's yes, with that yes; then as on the fast path. */
export async function takeYes(
  work: TurnWork,
  { yes, router }: { yes: ChatYes; router: RouterView },
): Promise<void> {
  await explainMade(work, { made: await makeConfirmedCall(work, yes), router });
}

async function explainMade(
  work: TurnWork,
  { made, router }: { made: MadeCall; router: RouterView },
): Promise<void> {
  const { outcome } = made;
  tellCall(work.conversation, { id: newCallId(), outcome });
  if (!outcome.ok) throwIfNotTried(outcome);
  const directive = directiveOf(outcome);
  await beginDirective(work, made);
  // Steps are there to follow, and a refusal (a missing input, say) is there to be put right.
  const goesOn = hasSteps(directive) || (!outcome.ok && !isDeclined(outcome));
  if (goesOn && work.deps.model.capabilities.followsSteps) await runToolLoop(work, { router });
  else await explain(work, { outcome, router });
}

/** The model decides, with tools; a late answer of the router may still help it. */
export async function takeSlowPath(
  work: TurnWork,
  options: { router: RouterView; window: RouterWindow | undefined },
): Promise<void> {
  await runToolLoop(work, options);
}

async function explain(
  work: TurnWork,
  { outcome, router }: { outcome: CallOutcome; router: RouterView },
): Promise<void> {
  const { deps, scope, conversation } = work;
  const { generative } = deps.model.capabilities;
  // Whoever is asked later is told by the question.
  if (waitsForYes(outcome)) return;
  if (isDeclined(outcome)) {
    await scope.say(renderOutcome(outcome));
    return;
  }
  if (generative)
    conversation.messages.push({ role: "user", content: EXPLAIN_RESULT, isNote: true });
  const said = (): boolean => scope.account.response.trim() !== before;
  const before = scope.account.response.trim();
  try {
    const signal = deadlineSignal(EXPLAIN_DEADLINE_MS, scope.signal);
    await generate(scope, {
      model: deps.model,
      conversation,
      tools: work.callers.beside(offeredTools(work.plan)),
      toolChoice: "none",
      router,
      signal,
      explains: true,
    });
    if (!said()) throw new LiluxError("llm_incomplete");
  } catch (error) {
    await showPlainly(work, { outcome, error, saidSome: said() });
  }
}

function isDeclined(outcome: CallOutcome): boolean {
  return (!outcome.ok && outcome.error.code === "confirm_declined") || waitsForYes(outcome);
}

function waitsForYes(outcome: CallOutcome): boolean {
  return !outcome.ok && outcome.error.code === "confirm_required";
}

/** A call that could not even be tried ends the turn; one the library refused is an answer. */
function throwIfNotTried(outcome: CallOutcome & { ok: false }): void {
  const { code } = outcome.error;
  const category = isErrorCode(code) ? ERRORS[code].category : "operator";
  if (category === "dependency" || category === "operator" || category === "capacity") {
    throw LiluxError.fromBody(outcome.error);
  }
}
