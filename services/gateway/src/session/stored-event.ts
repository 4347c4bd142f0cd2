import type { SessionEvent } from "@lilux/protocol";
import { limitResult } from "./limit-result.ts";

/** An event with its text, made once for everyone who keeps, stores or sends it. */
export interface StoredEvent {
  event: SessionEvent;
  json: string;
  /** Of the text, as UTF-8. */
  bytes: number;
}

/** Made where an event gets its offset. A result too large to pass on is cut down to its beginning. */
export function toStored(given: SessionEvent): StoredEvent {
  const whole = JSON.stringify(given);
  const event = limitResult(given, whole.length);
  const json = event === given ? whole : JSON.stringify(event);
  return { event, json, bytes: Buffer.byteLength(json) };
}
