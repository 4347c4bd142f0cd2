import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { ContextStore } from "./context-store.ts";
import type { KeyKind } from "./keys.ts";

/** All tenants are measured at once, and asked for one after the other: what was read is good for so long. */
const GOOD_FOR_MS = 60_000;

/** How many bytes a tenant has under keys of a kind. Rejects with `store_unavailable`. */
export function heldOfTenant(
  store: Pick<ContextStore, "heldBytes">,
  kind: KeyKind,
  { monotonic }: Pick<Clock, "monotonic"> = SYSTEM_CLOCK,
): (tenant: string) => Promise<number> {
  let last: { at: number; held: ReturnType<ContextStore["heldBytes"]> } | undefined;
  return async (tenant) => {
    if (last === undefined || monotonic() - last.at >= GOOD_FOR_MS) {
      last = { at: monotonic(), held: store.heldBytes(kind) };
    }
    const held = await last.held;
    if (held !== "unavailable") return held.get(tenant) ?? 0;
    last = undefined;
    throw new LiluxError("store_unavailable");
  };
}
