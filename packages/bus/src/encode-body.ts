import { LiluxError } from "@lilux/protocol";
import { JsonText } from "./json-text.ts";

/** NATS's own default; the in-process bus keeps the same bound so that code fits both. */
const BODY_BYTES_MAX = 1024 * 1024;

/** A body as it travels: JSON text of at most 1 MiB. Throws `invalid_request`. */
export function encodeBody(body: unknown): string {
  const text = body instanceof JsonText ? body.text : (JSON.stringify(body) ?? "null");
  if (text.length * 3 <= BODY_BYTES_MAX || Buffer.byteLength(text) <= BODY_BYTES_MAX) return text;
  throw new LiluxError("invalid_request", {
    message: "The message is larger than 1 MiB. Send less at once.",
  });
}

export type Decoded = { readable: true; body: unknown } | { readable: false };

/** The body of a message that came in, or that it is not JSON. */
export function decodeBody(text: string): Decoded {
  try {
    return { readable: true, body: JSON.parse(text) as unknown };
  } catch {
    return { readable: false };
  }
}
