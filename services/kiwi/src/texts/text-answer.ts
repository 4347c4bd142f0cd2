import { type ErrorCode, LiluxError } from "@lilux/protocol";
import { ParseFailure } from "../parse/parse-failure.ts";

/** What a thread answers: an error's class would be lost on the way. */
export type TextAnswer = { value: unknown } | { failure: WrittenFailure };

export type WrittenFailure =
  | { kind: "parse"; cause: string; fix: string; line: number; column: number }
  | {
      kind: "lilux";
      code: ErrorCode;
      message: string;
      details: Record<string, unknown> | undefined;
    }
  | { kind: "other"; message: string };

export function writeFailure(error: unknown): WrittenFailure {
  if (error instanceof ParseFailure) {
    const { message: cause, fix, line, column } = error;
    return { kind: "parse", cause, fix, line, column };
  }
  if (error instanceof LiluxError) {
    const { code, message, details } = error;
    return { kind: "lilux", code, message, details };
  }
  return { kind: "other", message: error instanceof Error ? error.message : String(error) };
}

export function readFailure(failure: WrittenFailure): Error {
  switch (failure.kind) {
    case "parse":
      return new ParseFailure(failure);
    case "lilux": {
      const { code, message, details } = failure;
      return new LiluxError(code, { message, ...(details === undefined ? {} : { details }) });
    }
    case "other":
      return new Error(failure.message);
  }
}
