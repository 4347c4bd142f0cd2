import { LiluxError, type ModelCard } from "@lilux/protocol";

/** What every copy of a model that comes of Gemma has to bring along (Gemma Terms of Use, 3.1). */
const GEMMA_NOTICE = "Gemma is provided under and subject to the Gemma Terms of Use";

/**
 * What a card's form does not hold: intervals that hold their value, and the notice and acceptance
 * that a model needs which comes of Gemma, trained on its weights or on what it answered. Throws
 * `invalid_request`, with the field.
 */
export function checkCard(card: ModelCard): void {
  for (const { name, value, low, high } of card.figures) {
    if (low <= value && value <= high) continue;
    throw missing("card.figures", `The interval of "${name}" does not hold its value.`);
  }
  if (!isOfGemma(card)) return;
  if (card.notice?.includes(GEMMA_NOTICE) !== true) {
    throw missing(
      "card.notice",
      `It comes of Gemma, so its card needs the notice "${GEMMA_NOTICE} found at ai.google.dev/gemma/terms".`,
    );
  }
  if (card.accepted === undefined) {
    throw missing(
      "card.accepted",
      "It comes of Gemma, so its card has to say who accepted the Gemma Terms of Use, and when.",
    );
  }
}

function isOfGemma({ base, licence, teachers = [] }: ModelCard): boolean {
  return [base.name, base.licence, licence, ...teachers].some((text) => /gemma/i.test(text));
}

function missing(field: string, message: string): LiluxError {
  return new LiluxError("invalid_request", { message, details: { field } });
}
