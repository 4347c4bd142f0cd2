import type { LanguageModel, ModelMessage } from "../language-model.ts";
import { CONTINUE_CUT, CONTINUE_MESSAGE } from "./continue-prompts.ts";
import { createRepetitionTrimmer, type RepetitionTrimmer } from "./trim-repetition.ts";

/** What was told of a turn, and the text of the assistant's message that is not finished. */
export interface StandingMessage {
  readonly messages: readonly ModelMessage[];
  readonly openText: string;
}

/** How a round begins: with a fresh message, or in the middle of one. */
export interface RoundStart {
  messages: readonly ModelMessage[];
  continuesMessage: boolean;
  /** Joins what comes to what was sent, without a repeat and without a loss. */
  trimmer: RepetitionTrimmer;
}

/**
 * Chat templates cut white space off the end of a message. So it is cut here, and
 * nobody has been shown it (`createSpaceHolder`).
 */
export function roundStart(
  { messages, openText }: StandingMessage,
  model: Pick<LanguageModel, "capabilities">,
): RoundStart {
  const spoken = openText.trimEnd();
  if (spoken === "") {
    return { messages, continuesMessage: false, trimmer: createSpaceJoiner(openText) };
  }
  const open: ModelMessage = { role: "assistant", content: spoken };
  const space = createSpaceJoiner(openText.slice(spoken.length));
  if (model.capabilities.continuesMessage) {
    return { messages: [...messages, open], continuesMessage: true, trimmer: space };
  }
  const content = messages.at(-1)?.role === "tool" ? CONTINUE_MESSAGE : CONTINUE_CUT;
  const told: ModelMessage = { role: "user", content, isNote: true };
  return {
    messages: [...messages, open, told],
    continuesMessage: false,
    trimmer: inOrder(createRepetitionTrimmer(spoken), space),
  };
}

/** Has white space of its own before it, or wants none. */
const JOINS_ITSELF = /^[\s,.;:!?)\]}]/;

/** White space that was not shown yet: it comes now, unless what follows begins with its own. */
function createSpaceJoiner(unshown: string): RepetitionTrimmer {
  let left = unshown;
  return {
    push(piece) {
      if (piece === "") return "";
      const space = JOINS_ITSELF.test(piece) ? "" : left;
      left = "";
      return space + piece;
    },
    end: () => "",
  };
}

function inOrder(first: RepetitionTrimmer, second: RepetitionTrimmer): RepetitionTrimmer {
  return {
    push: (piece) => second.push(first.push(piece)),
    end: () => second.push(first.end()) + second.end(),
  };
}
