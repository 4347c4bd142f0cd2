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
 * Chat templates cut white space off the end of a message. So it is cut here,
 * and taken off the front of what follows.
 */
export function roundStart(
  { messages, openText }: StandingMessage,
  model: Pick<LanguageModel, "capabilities">,
): RoundStart {
  const spoken = openText.trimEnd();
  if (spoken === "") {
    return { messages, continuesMessage: false, trimmer: createSpaceTrimmer(openText) };
  }
  const open: ModelMessage = { role: "assistant", content: spoken };
  const space = createSpaceTrimmer(openText.slice(spoken.length));
  if (model.capabilities.continuesMessage) {
    return { messages: [...messages, open], continuesMessage: true, trimmer: space };
  }
  const content = messages.at(-1)?.role === "tool" ? CONTINUE_MESSAGE : CONTINUE_CUT;
  const told: ModelMessage = { role: "user", content, isNote: true };
  return {
    messages: [...messages, open, told],
    continuesMessage: false,
    trimmer: inOrder(createRepetitionTrimmer(openText), space),
  };
}

/** Drops as much of the white space that was already sent as comes again. */
function createSpaceTrimmer(sent: string): RepetitionTrimmer {
  let left = sent;
  return {
    push(piece) {
      let from = 0;
      while (left !== "" && from < piece.length && piece[from] === left[0]) {
        left = left.slice(1);
        from += 1;
      }
      if (from < piece.length) left = "";
      return piece.slice(from);
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
