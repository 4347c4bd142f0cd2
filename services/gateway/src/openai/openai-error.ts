import { ERRORS, type ErrorCode, type LiluxError } from "@lilux/protocol";
import { type Static, Type } from "typebox";

/** An error as clients of OpenAI's API read it. */
export const OpenAiErrorBody = Type.Object({
  error: Type.Object({
    message: Type.String(),
    type: Type.String(),
    param: Type.Union([Type.String(), Type.Null()], { description: "The field it is about." }),
    code: Type.String({ description: "OpenAI's name of it, or one of our codes." }),
  }),
});

export interface OpenAiError {
  status: number;
  body: Static<typeof OpenAiErrorBody>;
}

/** Codes that clients look for by OpenAI's name. */
const CODES: Partial<Record<ErrorCode, string>> = {
  unauthenticated: "invalid_api_key",
  unknown_model: "model_not_found",
  rate_limited: "rate_limit_exceeded",
  llm_context_full: "context_length_exceeded",
};
/** Statuses that mean something else there. What is too long is the caller's to shorten. */
const STATUSES: Partial<Record<ErrorCode, number>> = { llm_context_full: 400 };

export function openAiError({ code, message, details }: LiluxError): OpenAiError {
  const status = STATUSES[code] ?? ERRORS[code].http;
  const field = details?.["field"];
  const param = typeof field === "string" && field !== "(whole)" ? bracketed(field) : null;
  return {
    status,
    body: { error: { message, type: typeOf(status), param, code: CODES[code] ?? code } },
  };
}

function typeOf(status: number): string {
  if (status === 429) return "rate_limit_error";
  if (status === 403) return "permission_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

/** `messages.0.role` as `messages[0].role`. */
function bracketed(field: string): string {
  return field.replace(/\.(\d+)(?=\.|$)/g, "[$1]");
}
