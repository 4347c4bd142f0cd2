import type { LanguageModel, ModelRequest } from "../language-model.ts";
import { outcomesSince } from "./outcomes-since.ts";
import { proposeCalls } from "./propose-calls.ts";

export interface TalkingParts {
  builtIn: LanguageModel;
  /** Can hold a conversation, and is not fit to choose calls or to say what they returned. */
  talker: LanguageModel;
}

/** Little enough for a model of a hundred million parameters to keep to. */
const TALK =
  "You answer one person briefly and truly, in at most two sentences. If you do not know, say so.";

/**
 * The built-in model with somebody to talk: calls, doubts and results stay its own, which are exact,
 * and a line that means no call is answered in words by a small language model. That one is told
 * the line and nothing else: of a longer prompt it repeats what it read.
 */
export function createTalkingModel({ builtIn, talker }: TalkingParts): LanguageModel {
  return {
    name: builtIn.name,
    capabilities: builtIn.capabilities,
    stream: (request, signal) =>
      isTalk(request) ? talker.stream(talkOf(request), signal) : builtIn.stream(request, signal),
    structured: (request, signal) => builtIn.structured(request, signal),
    forTurn: (turn) => createTalkingModel({ builtIn, talker: talker.forTurn?.(turn) ?? talker }),
  };
}

function isTalk({ messages, router, explains }: ModelRequest): boolean {
  if (explains === true || outcomesSince(messages).length > 0) return false;
  return proposeCalls(router).kind === "talk" && router.text.trim() !== "";
}

function talkOf({ router, firstTokenMs, origin, onSpent }: ModelRequest): ModelRequest {
  return {
    messages: [
      { role: "system", content: TALK },
      { role: "user", content: router.text },
    ],
    tools: [],
    router,
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    ...(origin === undefined ? {} : { origin }),
    ...(onSpent === undefined ? {} : { onSpent }),
  };
}
