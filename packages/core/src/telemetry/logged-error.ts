import { LiluxError } from "@lilux/protocol";
import type { Log } from "./log.ts";

interface FaultLine {
  logger: Log;
  /** The line's fixed message. */
  message: string;
  /** Where it was. Never what a person typed. */
  fields?: object;
}

/**
 * Any thrown value as one of ours, at a door that answers it or a place that
 * goes on without it. An `internal` one promises that it was logged: it is,
 * here, with its cause, and once however many doors it passes. Other errors are
 * answers, and a peer's `internal` is in the peer's log.
 */
export function loggedError(thrown: unknown, { logger, message, fields }: FaultLine): LiluxError {
  const error = LiluxError.from(thrown);
  if (error.code !== "internal" || error.wasLogged) return error;
  error.markLogged();
  logger.error({ ...fields, err: error.cause ?? error }, message);
  return error;
}
