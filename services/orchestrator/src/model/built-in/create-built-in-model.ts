import { isWholeCall } from "@lilux/core/parameters";
import { createParser, LiluxError } from "@lilux/protocol";
import type { CallOutcome, LanguageModel, ModelEvent, ModelRequest } from "../language-model.ts";
import { outcomesSince, saidSince } from "./outcomes-since.ts";
import { incompleteAnswer, MODEL_AWAY, type PlainWords, WITHOUT_MODEL } from "./plain-answers.ts";
import { type Proposal, proposeCalls } from "./propose-calls.ts";
import { renderOutcome } from "./render-outcome.ts";

/**
 * A model that is none: deterministic and offline. It shows what calls
 * returned, proposes only what the router predicted or a search of the library,
 * and says plainly that no language model is configured, or where one is
 * (`isAlone: false`) that it does not answer.
 */
export function createBuiltInModel({ isAlone = true } = {}): LanguageModel {
  const words = isAlone ? WITHOUT_MODEL : MODEL_AWAY;
  return {
    name: "built-in",
    capabilities: { continuesMessage: true, followsSteps: false, generative: false },
    stream: (request, signal) => stream(request, { words, signal }),
    async structured({ schema, name, router, teaches }, signal) {
      signal.throwIfAborted();
      if (teaches === true) throw new LiluxError("llm_unavailable");
      // Nobody here can judge a call: only what is whole and changes nothing is let through.
      const { leader } = router;
      const run = leader !== undefined && leader.effect === "read" && isWholeCall(leader);
      return createParser(schema, name, "llm_rejected").parse({ answer: run ? "A" : "D" });
    },
  };
}

async function* stream(
  request: ModelRequest,
  { words, signal }: { words: PlainWords; signal: AbortSignal },
): AsyncGenerator<ModelEvent> {
  const outcomes = outcomesSince(request.messages);
  const said = saidSince(request.messages);
  if (outcomes.length > 0) {
    yield* speak(answerOf(outcomes, words), said, signal);
    return;
  }
  const proposal = proposeCalls(request.router);
  const ours = request.tools.filter(({ isCallers }) => isCallers !== true);
  const mayCall = ours.length > 0 && request.toolChoice !== "none";
  if (proposal.kind === "calls" && mayCall) {
    for (const [index, call] of proposal.calls.entries()) {
      if (signal.aborted) throw LiluxError.from(signal.reason);
      const given = JSON.stringify(call.arguments);
      yield { type: "tool-call", call: { id: `call_${index}`, name: call.name, arguments: given } };
    }
    return;
  }
  yield* speak(answerInstead(proposal, words), said, signal);
}

function answerInstead(proposal: Proposal, words: PlainWords): string {
  switch (proposal.kind) {
    case "unsure":
      return words.unsure(proposal.leader);
    case "incomplete":
      return incompleteAnswer(proposal.leader);
    case "calls":
    case "talk":
      return words.none;
  }
}

function answerOf(outcomes: readonly CallOutcome[], words: PlainWords): string {
  const found = outcomes.filter((outcome) => !isEmptySearch(outcome));
  if (found.length > 0) return words.before + found.map(renderOutcome).join("\n\n");
  if (outcomes.length === 1) return words.before + outcomes.map(renderOutcome).join("");
  return `Nothing in the library matches that.\n\n${words.none}`;
}

function isEmptySearch(outcome: CallOutcome): boolean {
  if (!outcome.ok || outcome.call.name !== "search") return false;
  const { results } = outcome.result as { results?: unknown };
  return Array.isArray(results) && results.length === 0;
}

/** Sentence by sentence, from where the message stands. Text it did not begin itself is followed by a blank line. */
async function* speak(
  answer: string,
  said: string,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const text = answer.startsWith(said) ? answer.slice(said.length) : `\n\n${answer}`;
  for (const piece of text.match(/[^\n]*?(?:[.:!?] |\n)|[^\n]+$/g) ?? []) {
    if (signal.aborted) throw LiluxError.from(signal.reason);
    yield { type: "text", text: piece };
  }
}
