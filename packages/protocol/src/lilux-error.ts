import type { ErrorBody } from "./error-body.ts";
import { ERRORS, type ErrorCode, isErrorCode } from "./errors.ts";

export interface LiluxErrorOptions {
  /** The public sentence, when the table's is too general. Never holds internal detail. */
  message?: string;
  /** Public facts: the field, the candidates, the limit. */
  details?: Record<string, unknown>;
  /** What happened inside. For logs only. */
  cause?: unknown;
}

/** The one error class. Its code decides what every door says and whether to retry. */
export class LiluxError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;
  #logged = false;

  constructor(code: ErrorCode, options: LiluxErrorOptions = {}) {
    super(options.message ?? ERRORS[code].sentence, { cause: options.cause });
    this.name = "LiluxError";
    this.code = code;
    this.details = options.details;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  /** Whether its cause is in a log already: here, or at the peer that sent it. */
  get wasLogged(): boolean {
    return this.#logged;
  }

  markLogged(): void {
    this.#logged = true;
  }

  /** The form that crosses a door. */
  toBody(): ErrorBody {
    const body: ErrorBody = { code: this.code, message: this.message, retryable: this.retryable };
    return this.details === undefined ? body : { ...body, details: this.details };
  }

  /** The error a peer sent, as one of ours. A code we do not know becomes `internal`. */
  static fromBody(body: ErrorBody): LiluxError {
    const { code, message } = body;
    const details = body.details === undefined ? {} : { details: body.details };
    if (!isErrorCode(code)) {
      const cause = new Error(`a peer's code that is not known here: ${code.slice(0, 64)}`);
      return new LiluxError("internal", { message, ...details, cause });
    }
    const error = new LiluxError(code, { message, ...details });
    error.markLogged();
    return error;
  }

  /** Any thrown value as one of ours; what is not already becomes `internal` with its cause. */
  static from(thrown: unknown): LiluxError {
    if (thrown instanceof LiluxError) return thrown;
    if (thrown instanceof Error && thrown.name === "AbortError") {
      return new LiluxError("cancelled", { cause: thrown });
    }
    if (thrown instanceof Error && thrown.name === "TimeoutError") {
      return new LiluxError("deadline_exceeded", { cause: thrown });
    }
    return new LiluxError("internal", { cause: thrown });
  }
}
