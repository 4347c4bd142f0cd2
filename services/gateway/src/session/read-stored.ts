import { type Bus, subjects } from "@lilux/bus";
import type { Tenant } from "@lilux/protocol";
import type { StoredMessage } from "./stored-message.ts";

/** More than a session can have within the ten minutes that EVENTS keeps. */
const MESSAGES_MAX = 4_000;

/** What is stored of a session, in order. Rejects as the bus does. */
export async function readStored(
  { tenant, sessionId }: { tenant: Tenant; sessionId: string },
  { bus, deadlineMs }: { bus: Pick<Bus, "read">; deadlineMs: number },
): Promise<StoredMessage[]> {
  const read = { messagesMax: MESSAGES_MAX, deadlineMs };
  const messages = await bus.read("EVENTS", subjects.event(tenant, sessionId), read);
  return messages.map(({ body }) => body as StoredMessage);
}
