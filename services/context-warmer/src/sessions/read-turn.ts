import { isOfSubject, type StreamMessage, subjects } from "@lilux/bus";
import { boundLine } from "@lilux/core/text";
import { createParser, TurnRecord } from "@lilux/protocol";

const parser = createParser(TurnRecord, "turn");

/**
 * The turn of a message, or undefined for one of another form, or whose body
 * claims another tenant or session than the subject it was stored under. Its line is as long as lines are
 * read: five of each session are kept, and each is looked at with every turn.
 */
export function readTurn({ body, subject }: StreamMessage): TurnRecord | undefined {
  if (!parser.is(body) || !isOfSubject(body, subject)) return undefined;
  try {
    if (subjects.turn(body.tenant, body.sessionId) !== subject) return undefined;
    return { ...body, text: boundLine(body.text) };
  } catch {
    return undefined;
  }
}
