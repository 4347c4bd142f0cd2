import { isWordless } from "../is-wordless.ts";
import type { LanguageModel, ModelEvent, ModelRequest } from "../language-model.ts";
import { fewSentences } from "./few-sentences.ts";
import { outcomesSince } from "./outcomes-since.ts";

export interface DecidingParts {
  builtIn: LanguageModel;
  /** Was trained to choose calls, and is not fit to say what they returned. */
  decider: LanguageModel;
  /** Answers where the small one comes to nothing, and says so. */
  standIn: LanguageModel;
}

/**
 * A small trained model decides which call a line means, or answers in words where it means none;
 * what calls returned, and the steps of a directive, stay the built-in model's, which are exact.
 * Where the small one comes to nothing the stand-in answers in its place.
 */
export function createDecidingModel(parts: DecidingParts): LanguageModel {
  const { builtIn, decider } = parts;
  return {
    name: builtIn.name,
    capabilities: builtIn.capabilities,
    stream: (request, signal) =>
      isToTell(request) ? builtIn.stream(request, signal) : decided(parts, request, signal),
    structured: (request, signal) => decider.structured(request, signal),
    decide: async (request, signal) => decider.decide?.(request, signal),
    forTurn: (turn) =>
      createDecidingModel({ ...parts, decider: decider.forTurn?.(turn) ?? decider }),
  };
}

function isToTell({ messages, explains }: ModelRequest): boolean {
  return explains === true || outcomesSince(messages).length > 0;
}

async function* decided(
  { decider, standIn }: DecidingParts,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  let saidSome = false;
  try {
    for await (const event of fewSentences(decider.stream(request, signal))) {
      const isSomething =
        event.type === "text" ? event.text.trim() !== "" : event.type === "tool-call";
      saidSome ||= isSomething;
      yield event;
    }
  } catch (error) {
    if (saidSome || !isWordless(error)) throw error;
  }
  if (!saidSome) yield* standIn.stream(request, signal);
}
