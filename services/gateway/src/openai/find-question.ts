import { type Bus, subjects } from "@lilux/bus";
import type { ChatYes, Effect, Tenant } from "@lilux/protocol";
import type { StoredMessage } from "../session/stored-message.ts";
import { sessionOfTurn } from "../turn/watched-turn.ts";
import { unknownYes } from "./read-chat.ts";

const READ = { messagesMax: 4_000, deadlineMs: 2_000 };

/**
 * The call that waits for a person's yes, by its id: what was asked stands among the events of
 * its turn, whichever gateway ran that. Rejects with `unknown_call` when nothing waits for it.
 */
export async function findQuestion(
  tenant: Tenant,
  callId: string,
  bus: Bus,
): Promise<{ yes: ChatYes; effect: Effect }> {
  const turnId = callId.slice(0, callId.lastIndexOf("."));
  const sessionId = sessionOfTurn(tenant, turnId);
  const stored = await bus.read("EVENTS", subjects.event(tenant, sessionId), READ);
  for (const { body } of stored) {
    for (const event of (body as StoredMessage).events) {
      if (event.type !== "confirm-request" || event.callId !== callId) continue;
      const { call, confirmation, effect } = event;
      if (confirmation !== undefined) return { yes: { call, confirmation, sessionId }, effect };
    }
  }
  throw unknownYes();
}
