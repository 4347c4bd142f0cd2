import { type ClientTurn, type LiluxClient, undoOf } from "@lilux/client";
import type { Call } from "@lilux/protocol";
import type { Awaited, Deed, Outcome } from "./recording.ts";

/** A client under a recording: does what is asked, and keeps what its user is told. */
export interface WatchedClient {
  perform(deed: Deed): void;
  isSeen(awaited: Awaited): boolean;
  outcome(): Outcome;
}

export function watchClient(client: LiluxClient): WatchedClient {
  const turns = new Map<string, Outcome["turns"][string]>();
  const told = {
    states: [] as string[],
    offsets: [] as number[],
    predicted: [] as number[],
    lost: [] as Outcome["lost"],
    errors: [] as string[],
  };
  client.on("state", ({ state }) => told.states.push(state));
  const undos = new Map<string, Call>();
  const calls = new Map<string, Call>();
  client.on("event", (event) => {
    told.offsets.push(event.offset);
    if (event.type === "call-start") calls.set(event.callId, event.call);
    const call = event.type === "call-end" ? calls.get(event.callId) : undefined;
    const undo = call && event.type === "call-end" ? undoOf(call, event.result) : null;
    if (undo !== null) undos.set(event.turnId, undo);
  });
  client.on("prediction", ({ seq }) => told.predicted.push(seq));
  client.on("turn-lost", ({ turnId, accepted }) => told.lost.push({ turnId, accepted }));
  client.on("error", ({ code }) => told.errors.push(code));

  function follow(turn: ClientTurn): void {
    void (async () => {
      const seen = { events: [] as string[], text: "", outcome: "", error: null as string | null };
      for await (const event of turn.events) {
        seen.events.push(event.type);
        if (event.type === "text-delta") seen.text += event.text;
      }
      const { outcome, error } = await turn.ended;
      turns.set(turn.turnId, { ...seen, outcome, error: error?.code ?? null });
    })();
  }

  return {
    perform(deed) {
      const undo = deed.do === "undo" ? undos.get(deed.of) : undefined;
      perform(
        client,
        undo && deed.do === "undo" ? { ...deed, do: "choose", call: undo } : deed,
        follow,
      );
    },
    isSeen(awaited) {
      if ("state" in awaited) return client.state() === awaited.state;
      if ("offset" in awaited) return client.resumePoint()?.offset === awaited.offset;
      if ("predicted" in awaited) return client.prediction()?.seq === awaited.predicted;
      if ("ended" in awaited) return turns.has(awaited.ended);
      return told.errors.length === awaited.errors;
    },
    outcome: () => ({ ...structuredClone(told), turns: Object.fromEntries(turns) }),
  };
}

function perform(client: LiluxClient, deed: Deed, follow: (turn: ClientTurn) => void): void {
  switch (deed.do) {
    case "type":
      client.type(deed.text);
      break;
    case "accept":
      follow(client.accept(deed.index, { turnId: deed.turnId }));
      break;
    case "choose":
      follow(client.choose(deed.call, { text: deed.text, turnId: deed.turnId }));
      break;
    case "submit":
      follow(client.submit(deed.text, { turnId: deed.turnId }));
      break;
    case "ask":
      follow(client.ask(deed.text, { turnId: deed.turnId }));
      break;
    case "confirm":
      client.confirm(deed.turnId, deed.callId, deed.approve);
      break;
    case "cancel":
      client.cancel(deed.turnId);
      break;
    case "feedback":
      client.feedback(deed.turnId, deed.rating);
      break;
    case "undo":
      throw new Error(`nothing to take back in ${deed.of}`);
  }
}
