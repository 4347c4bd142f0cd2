import type { ClientTurn, LiluxClient } from "@lilux/client";
import type { PredictionFrame, SessionEvent } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";

/** Types a line as one keystroke and returns its own prediction, once it is not degraded. */
export async function predictionFor(client: LiluxClient, text: string): Promise<PredictionFrame> {
  return eventually(
    async () => {
      const seq = client.type(text);
      const prediction = await nextPrediction(client, seq);
      if (prediction.degraded !== undefined)
        throw new Error(`degraded: ${prediction.degraded.join()}`);
      return prediction;
    },
    { withinMs: 60_000 },
  );
}

/** The prediction of one keystroke; rejects when it does not come within two seconds. */
export function nextPrediction(client: LiluxClient, seq: number): Promise<PredictionFrame> {
  const { promise, resolve, reject } = Promise.withResolvers<PredictionFrame>();
  const timer = setTimeout(() => reject(new Error(`no prediction for ${seq}`)), 2_000);
  const stop = client.on("prediction", (frame) => {
    if (frame.seq === seq) resolve(frame);
  });
  return promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}

/** Every event of a turn, once it has ended. */
export async function eventsOf(turn: ClientTurn): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of turn.events) events.push(event);
  return events;
}

/** The first event of a type; throws with what came instead. */
export function only<T extends SessionEvent["type"]>(
  events: readonly SessionEvent[],
  type: T,
): Extract<SessionEvent, { type: T }> {
  const found = events.find((event) => event.type === type);
  if (found === undefined)
    throw new Error(`no ${type} among ${events.map((event) => event.type).join(", ")}`);
  return found as Extract<SessionEvent, { type: T }>;
}

export function textOf(events: readonly SessionEvent[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}
