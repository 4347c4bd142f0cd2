import { type AcceptKey, isAcceptKey } from "../state/accept-key.ts";

const NAME = "lilux.accept-key";

/** The key a person chose on this device before. */
export function keptAcceptKey(storage: Pick<Storage, "getItem"> | null): AcceptKey {
  try {
    const kept = storage?.getItem(NAME);
    return isAcceptKey(kept) ? kept : "Tab";
  } catch {
    // Storage may be forbidden.
    return "Tab";
  }
}

export function keepAcceptKey(storage: Pick<Storage, "setItem"> | null, key: AcceptKey): void {
  try {
    storage?.setItem(NAME, key);
  } catch {
    // It holds until the page is left.
  }
}
