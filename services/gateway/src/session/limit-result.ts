import type { SessionEvent } from "@lilux/protocol";

const RESULT_CHARACTERS_MAX = 256 * 1024;
const PREVIEW_CHARACTERS = 2_000;

/**
 * A call's result that is too large for a message of the bus or the buffer of a
 * socket, cut down to its beginning; the whole of it is the caller's to load.
 * `characters` is how long the whole event is as JSON: no result is longer.
 */
export function limitResult(event: SessionEvent, characters: number): SessionEvent {
  if (characters <= RESULT_CHARACTERS_MAX) return event;
  if (event.type !== "call-end" || event.result === undefined) return event;
  const text = JSON.stringify(event.result);
  if (text.length <= RESULT_CHARACTERS_MAX) return event;
  const preview = text.slice(0, PREVIEW_CHARACTERS);
  return { ...event, result: { truncated: true, characters: text.length, preview } };
}
