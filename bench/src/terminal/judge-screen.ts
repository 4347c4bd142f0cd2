import type { TypedLine } from "./lines.ts";
import type { Screen } from "./page-replay.ts";

/**
 * What a screen is worth to whoever types this line. `right`: the call that is meant leads, or what
 * was asked for is listed. `named`: what is meant stands among what is offered. `harmless`: something
 * to look at that no bare key runs. `wrong`: another call leads, and Tab would run it.
 */
export type Worth = "right" | "named" | "harmless" | "wrong" | "nothing";
export const WORTHS: readonly Worth[] = ["right", "named", "harmless", "wrong", "nothing"];

export function judgeScreen({ live, dimmed, harmless }: Screen, { means }: TypedLine): Worth {
  const calls = typeof means === "string" ? [] : means.calls;
  if (live !== null) return calls.includes(live) ? "right" : "wrong";
  if (means === "browse" && harmless.some((offer) => offer.startsWith("browse"))) return "right";
  const items = new Set(calls.map(itemOf));
  const offered = dimmed === null ? harmless : [dimmed, ...harmless];
  if (offered.some((offer) => items.has(itemOf(offer)))) return "named";
  return offered.length > 0 ? "harmless" : "nothing";
}

/** What a call is about, whatever is done with it: `script date_diff`. */
function itemOf(call: string): string {
  return call.split(" ").slice(1, 3).join(" ");
}
