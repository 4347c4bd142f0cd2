import { readJson as readJsonText } from "@lilux/core/json";
import { LiluxError, type Parser } from "@lilux/protocol";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A JSON value as UTF-8 bytes. */
export function toJsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The checked value of a server's bytes. Throws the parser's error, or one that names `what`. */
export function fromJsonBytes<T>(bytes: Uint8Array, parser: Parser<T>, what: string): T {
  return parser.parse(readJson(bytes, what));
}

/** The value of a server's bytes, to be checked by the caller. What we write changes nothing when it is read. */
export function readJson(bytes: Uint8Array, what: string): unknown {
  return valueIn(bytes, what, (text) => JSON.parse(text));
}

/** The value of a caller's bytes, whoever that is: no digit of it changes (`@lilux/core/json`). */
export function readSentJson(bytes: Uint8Array, what: string): unknown {
  return valueIn(bytes, what, (text) => readJsonText(text, what));
}

function valueIn(bytes: Uint8Array, what: string, read: (text: string) => unknown): unknown {
  try {
    return read(decoder.decode(bytes));
  } catch (cause) {
    if (cause instanceof LiluxError) throw cause;
    throw new LiluxError("invalid_request", {
      message: `${what} is not JSON in UTF-8. Correct it and send it again.`,
      cause,
    });
  }
}
