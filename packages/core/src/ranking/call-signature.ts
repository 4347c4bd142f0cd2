import type { Call } from "@lilux/protocol";
import type { Proposal } from "./line-evidence.ts";

/** The call of a line that meant none. */
export const NO_CALL_SIGNATURE = "none";

/**
 * What two calls have in common that ask for the same thing of the same item, whatever their
 * parameters: how a lesson is compared with a proposal. `key` is that of the call's item.
 */
export function signatureOfCall(call: Call | null, key: string | undefined): string | undefined {
  if (call === null) return NO_CALL_SIGNATURE;
  const { item_type } = call.arguments;
  if (call.name === "search") return `search ${item_type}`;
  if (call.name === "execute" && call.arguments.action === "create") return `create ${item_type}`;
  if (key === undefined) return undefined;
  return call.name === "load" ? `load ${key}` : `${call.arguments.action} ${key}`;
}

export function signatureOf(proposal: Proposal): string {
  const key = "item" in proposal ? proposal.item.key : undefined;
  return signatureOfCall(proposal.call, key) ?? NO_CALL_SIGNATURE;
}

/** The item's key in a signature; undefined where it names none. */
export function keyOfSignature(signature: string): string | undefined {
  const [verb, key] = signature.split(" ", 2);
  return verb === "search" || verb === "create" ? undefined : key;
}
