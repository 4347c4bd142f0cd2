import { LiluxError, type Mandate } from "@lilux/protocol";

/** Sessions outlive requests, and whose request it is may be another's of the tenant each time. */
const mandates = new WeakMap<Request, Mandate>();

export function rememberMandate(request: Request, mandate: Mandate): void {
  mandates.set(request, mandate);
}

/**
 * Of the request that a call came by; undefined over stdio, where there is none and the other end of the
 * pipe is whoever started us. Throws for a request that nobody vouched for.
 */
export function mandateOf(request: Request | undefined): Mandate | undefined {
  if (request === undefined) return undefined;
  const mandate = mandates.get(request);
  if (mandate !== undefined) return mandate;
  throw new LiluxError("internal", { cause: new Error("an MCP request without a mandate") });
}
