import type { TurnEvent } from "@lilux/protocol";

const RESULT_CHARACTERS_MAX = 256 * 1024;
const PREVIEW_CHARACTERS = 2_000;

/**
 * A call's result that is too large for a message of the bus or the buffer of a
 * socket, cut down to its beginning; the whole of it is the caller's to load.
 */
export function limitResult(event: TurnEvent): TurnEvent {
  if (event.type !== "call-end" || event.result === undefined) return event;
  const text = JSON.stringify(event.result);
  if (text.length <= RESULT_CHARACTERS_MAX) return event;
  const preview = text.slice(0, PREVIEW_CHARACTERS);
  return { ...event, result: { truncated: true, characters: text.length, preview } };
}
