import type { LiluxClient } from "@lilux/client";
import type { Store } from "../state/store.ts";
import type { KeystrokeClock } from "./keystroke-clock.ts";
import { typeLine } from "./type-line.ts";

export interface ListenDeps {
  client: LiluxClient;
  store: Store;
  clock: KeystrokeClock;
}

/** Brings everything the session says into the store. Returns how to stop. */
export function listen({ client, store, clock }: ListenDeps): () => void {
  const stops = [
    client.on("state", ({ state, error, retryInMs }) => {
      store.dispatch({
        type: "connection-changed",
        phase: state,
        retryAt: retryInMs === undefined ? null : performance.now() + retryInMs,
        error: error ?? null,
      });
    }),
    client.on("frame", (frame) => {
      const roundTripMs = frame.type === "prediction" ? clock.stop(frame.seq) : null;
      store.dispatch({ type: "frame-received", frame, roundTripMs });
      // The line as it stands has no prediction in the new session.
      if (frame.type === "session-start") retype({ client, store, clock });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function retype({ client, store, clock }: ListenDeps): void {
  const { text } = store.state().line;
  if (text === "") return;
  const seq = typeLine({ client, store, clock }, text);
  store.dispatch({ type: "line-changed", text, seq });
}
