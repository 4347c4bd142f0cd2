import { LiluxError } from "@lilux/protocol";

/** A refusal that names one field, as `messages[2].content`, and what to send instead. */
export function badField(field: string, problem: string): LiluxError {
  return new LiluxError("invalid_request", {
    message: `${field} ${problem}`,
    details: { field },
  });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Clients send null for what they do not set. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
