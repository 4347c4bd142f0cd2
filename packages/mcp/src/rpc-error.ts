import { ERRORS, type LiluxError } from "@lilux/protocol";

const HEADERS = { "content-type": "application/json; charset=utf-8" };

/**
 * A refusal before any request was understood: JSON-RPC's form, with no id, the
 * status that REST would have, and our typed error in `data`.
 */
export function rpcError(error: LiluxError, code: number = INVALID_REQUEST): Response {
  const { http } = ERRORS[error.code];
  const headers = http === 401 ? { ...HEADERS, "www-authenticate": "Bearer" } : HEADERS;
  return new Response(rpcErrorText(error, code), { status: http, headers });
}

export function rpcErrorText(error: LiluxError, code: number = INVALID_REQUEST): string {
  const { message } = error;
  return JSON.stringify({
    jsonrpc: "2.0",
    id: null,
    error: { code, message, data: error.toBody() },
  });
}

const INVALID_REQUEST = -32_600;
export const PARSE_FAILED = -32_700;
/** What clients of the revisions with sessions know a lost one by. */
export const SESSION_NOT_FOUND = -32_001;
