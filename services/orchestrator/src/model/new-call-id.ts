import { randomUUID } from "node:crypto";

/**
 * An id for a call that has none of its server's: nine letters and digits, the
 * only form that Mistral takes. New each time, since a conversation in which two
 * calls share an id has answers that fit both.
 */
export function newCallId(): string {
  return randomUUID().replaceAll("-", "").slice(-9);
}
