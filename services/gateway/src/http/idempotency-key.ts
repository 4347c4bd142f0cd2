import { LiluxError } from "@lilux/protocol";
import type { FastifyRequest } from "fastify";

const KEY = /^[A-Za-z0-9_.:-]{1,128}$/;

/**
 * What the caller calls this request, from the header `Idempotency-Key` or the field of the body that
 * means the same. Undefined where it has no name. Throws `invalid_request` for two different names.
 */
export function nameOfRequest(
  { headers }: Pick<FastifyRequest, "headers">,
  field: { name: "callId" | "turnId"; value: string | undefined },
): string | undefined {
  const header = headers["idempotency-key"];
  if (header === undefined) return field.value;
  if (typeof header !== "string" || !KEY.test(header)) {
    throw new LiluxError("invalid_request", {
      message:
        "Idempotency-Key is 1 to 128 letters, digits, _, ., : and -, as a UUID is. Send one such, once.",
      details: { field: "Idempotency-Key" },
    });
  }
  if (field.value === undefined || field.value === header) return header;
  throw new LiluxError("invalid_request", {
    message: `Idempotency-Key and ${field.name} mean the same and differ. Send one of them.`,
    details: { field: field.name },
  });
}
