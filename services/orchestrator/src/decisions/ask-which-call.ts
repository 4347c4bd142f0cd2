import { deadlineSignal } from "@lilux/core/async";
import { type Candidate, createParser, LiluxError } from "@lilux/protocol";
import type { Decided, DecideRequest, LanguageModel, RouterView } from "../model/language-model.ts";
import {
  letteredQuestion,
  letterOf,
  WRITTEN_DECISION_NAME,
  WrittenDecision,
} from "../model/lettered-question.ts";
import { AS_JSON, callOptions, WHICH_CALL } from "../prompts/verify-prompt.ts";
import type { VerifyDeadlines } from "./verify-deadlines.ts";

export interface WhichCall {
  model: LanguageModel;
  candidates: readonly Candidate[];
  router: RouterView;
  /** The line, what was said before it, and what other requests of the conversation offer. */
  asked: Omit<DecideRequest, "instructions" | "options">;
  within: VerifyDeadlines;
  signal: AbortSignal;
}

const TOKENS_MAX = 64;
/** What a word that a model wrote is taken for. */
const WRITTEN = 0.9;

const written = createParser(WrittenDecision, "verify answer", "llm_rejected");

/**
 * Asks one question over the calls and none of them, in the cheapest way the model's server has.
 * Throws as the model does, and `deadline_exceeded` when nothing came in time.
 */
export async function askWhichCall(question: WhichCall): Promise<Decided> {
  const { model, candidates, asked, within, signal } = question;
  const request = { ...asked, instructions: WHICH_CALL, options: callOptions(candidates) };
  const decided = await model.decide?.(request, deadlineSignal(within.decisionMs, signal));
  return decided ?? writtenAnswer(question, request);
}

async function writtenAnswer(
  { model, router, within, signal }: WhichCall,
  request: DecideRequest,
): Promise<Decided> {
  const { messages, tools, onSpent, options } = request;
  const content = `${letteredQuestion(request)} ${AS_JSON}`;
  const answer = await model.structured(
    {
      messages: [...messages, { role: "user", content }],
      ...(tools === undefined ? {} : { tools }),
      name: WRITTEN_DECISION_NAME,
      schema: WrittenDecision,
      tokensMax: TOKENS_MAX,
      router,
      ...(onSpent === undefined ? {} : { onSpent }),
    },
    deadlineSignal(within.verdictMs, signal),
  );
  const letters = options.map((_, at) => letterOf(at));
  const chosen = written.parse(answer).answer;
  if (!letters.includes(chosen)) throw new LiluxError("llm_rejected");
  const others = (1 - WRITTEN) / (options.length - 1);
  const probabilities = letters.map((letter) => (letter === chosen ? WRITTEN : others));
  return { probabilities, form: "json", model: model.name };
}
