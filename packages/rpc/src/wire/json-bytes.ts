import { LiluxError, type Parser } from "@lilux/protocol";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A JSON value as UTF-8 bytes. */
export function toJsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The checked value of a peer's bytes. Throws the parser's error, or one that names `what`. */
export function fromJsonBytes<T>(bytes: Uint8Array, parser: Parser<T>, what: string): T {
  return parser.parse(readJson(bytes, what));
}

/** The value of a peer's bytes, to be checked by the caller. */
export function readJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw new LiluxError("invalid_request", {
      message: `${what} is not JSON in UTF-8. Correct it and send it again.`,
      cause,
    });
  }
}
