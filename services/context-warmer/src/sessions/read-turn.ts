import { type StreamMessage, subjects } from "@lilux/bus";
import { createParser, TurnRecord } from "@lilux/protocol";

const parser = createParser(TurnRecord, "turn");

/**
 * The turn of a message, or undefined for one of another form, or whose body
 * claims another tenant or session than the subject it was stored under.
 */
export function readTurn({ body, subject }: StreamMessage): TurnRecord | undefined {
  if (!parser.is(body)) return undefined;
  try {
    return subjects.turn(body.tenant, body.sessionId) === subject ? body : undefined;
  } catch {
    return undefined;
  }
}
