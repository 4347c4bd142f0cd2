import { Metadata, type ServiceError, type StatusObject, status } from "@grpc/grpc-js";
import { type Log, loggedError } from "@lilux/core/telemetry";
import { createParser, ERRORS, ErrorBody, type ErrorCode, LiluxError } from "@lilux/protocol";
import { readJson, toJsonBytes } from "./json-bytes.ts";

/** Binary, because a message may hold any text and header values may not. */
const TRAILER = "lilux-error-bin";
/** HTTP/2 peers refuse large header blocks: details that do not fit are left out. */
const TRAILER_BYTES_MAX = 4_096;
const STATUS_MESSAGE_CHARACTERS_MAX = 500;

/** A peer that dies in the middle of a stream shows as any of the three. */
const LOST: ReadonlySet<status> = new Set([status.UNAVAILABLE, status.INTERNAL, status.UNKNOWN]);

const errorBody = createParser(ErrorBody, "error trailer", "internal");

/** Any failure as a gRPC status whose trailer holds the whole `ErrorBody`; a fault of ours is logged. */
export function toStatus(
  thrown: unknown,
  { logger, call }: { logger: Log; call: string },
): Pick<StatusObject, "code" | "details" | "metadata"> {
  const error = loggedError(thrown, { logger, message: "gRPC call failed", fields: { call } });
  const metadata = new Metadata();
  metadata.set(TRAILER, bodyBytes(error));
  return {
    code: ERRORS[error.code].grpc,
    details: error.message.slice(0, STATUS_MESSAGE_CHARACTERS_MAX),
    metadata,
  };
}

function bodyBytes(error: LiluxError): Buffer {
  const body = error.toBody();
  const whole = toJsonBytes(body);
  if (whole.byteLength <= TRAILER_BYTES_MAX) return whole;
  const message = body.message.slice(0, STATUS_MESSAGE_CHARACTERS_MAX);
  return toJsonBytes({ code: body.code, message, retryable: body.retryable });
}

/** What a call that reached nobody is told. */
export interface Unavailable {
  /** Of the peer that was called. */
  code: ErrorCode;
  /** Said instead where the two sides do not trust each other. */
  trouble(): LiluxError | undefined;
}

/**
 * What a failed call means to its caller: the peer's own error when it sent
 * one, else what happened to the connection.
 */
export function fromServiceError(thrown: unknown, unavailable: Unavailable): LiluxError {
  if (thrown instanceof LiluxError) return thrown;
  if (!isServiceError(thrown)) return LiluxError.from(thrown);
  const sent = sentBody(thrown);
  if (sent !== undefined) return LiluxError.fromBody(sent);
  if (thrown.code === status.CANCELLED) return new LiluxError("cancelled", { cause: thrown });
  if (thrown.code === status.DEADLINE_EXCEEDED) {
    return new LiluxError("deadline_exceeded", { cause: thrown });
  }
  if (thrown.code === status.RESOURCE_EXHAUSTED) {
    const message = "The message is larger than 4 MiB. Send or ask for less.";
    return new LiluxError("invalid_request", { message, cause: thrown });
  }
  if (!LOST.has(thrown.code)) return new LiluxError("internal", { cause: thrown });
  return unavailable.trouble() ?? new LiluxError(unavailable.code, { cause: thrown });
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && "code" in thrown && "metadata" in thrown;
}

function sentBody(error: ServiceError): ErrorBody | undefined {
  const [bytes] = error.metadata.get(TRAILER);
  if (!Buffer.isBuffer(bytes)) return undefined;
  try {
    return errorBody.parse(readJson(bytes, "error trailer"));
  } catch {
    return undefined;
  }
}
