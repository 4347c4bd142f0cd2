import type { LiluxClient } from "@lilux/client";
import { lineExcess } from "../state/line-excess.ts";
import type { Store } from "../state/store.ts";
import type { KeystrokeClock } from "./keystroke-clock.ts";

export interface TypeLineDeps {
  client: LiluxClient;
  store: Store;
  clock: KeystrokeClock;
}

/**
 * Tells the server the line as it stands and returns its `seq`. A line that it
 * would refuse is not sent: to the server the line is empty until it fits again.
 */
export function typeLine({ client, store, clock }: TypeLineDeps, text: string): number {
  const fits = lineExcess(text, store.state().limits) === null;
  const seq = client.type(fits ? text : "");
  clock.start(seq);
  return seq;
}
