import { randomUUID } from "node:crypto";
import { createLiluxClient, type LiluxClient } from "@lilux/client";
import type { ServerFrame, SessionEvent, SessionStart } from "@lilux/protocol";
import { pause } from "./pause.ts";
import { newTag } from "./stamps.ts";
import { noteError, type Witnessed } from "./witnessed.ts";

const NEXT_LINE_WITHIN_MS = 1_500;

/** A person at a socket who comes back whenever the connection is lost. */
export function person(url: string, seen: Witnessed): LiluxClient {
  const client = createLiluxClient({ url });
  let offset = 0;
  let opened = false;
  client.on("session-start", ({ sessionId, recovered }) => {
    seen.sessions.add(sessionId);
    if (opened) seen.resumed[recovered ? "recovered" : "lost"] += 1;
    opened = true;
    if (!recovered) offset = 0;
  });
  client.on("event", (event) => {
    if (event.offset !== offset + 1) seen.holes += 1;
    offset = event.offset;
    note(seen, event);
    // A model that has read an earlier answer asks before it runs anything.
    if (event.type === "confirm-request") {
      seen.confirms += 1;
      client.confirm(event.turnId, event.callId, true);
    }
  });
  return client;
}

export function note(seen: Witnessed, event: SessionEvent): void {
  const { turnId } = event;
  if (event.type === "turn-accepted") seen.accepted.add(turnId);
  if (event.type === "call-end") noteCall(seen, event);
  if (event.type !== "turn-end") return;
  const before = seen.ended.get(turnId);
  if (before !== undefined) {
    seen.endedTwice.push(`${turnId}: ${before}, ${event.outcome} at ${event.offset}`);
  }
  seen.ended.set(turnId, event.outcome);
}

function noteCall(seen: Witnessed, event: Extract<SessionEvent, { type: "call-end" }>): void {
  if (!event.ok) noteError(seen, event.error?.code ?? "none");
  const tag = /"stamped":"(\w+)"/.exec(JSON.stringify(event.result ?? {}))?.[1];
  if (tag !== undefined) seen.stamped.add(tag);
}

/** Types, commits, and commits the next line when the last one has ended or takes long. */
export async function commitFor(client: LiluxClient, signal: AbortSignal): Promise<void> {
  await client.ready();
  for (let count = 0; !signal.aborted; count += 1) {
    const text = count % 2 === 0 ? `stamp ${newTag()}` : `what leaks, the ${count}th time?`;
    client.type(text.slice(0, 8));
    const turn = count % 4 < 2 ? client.submit(text) : client.ask(text);
    await Promise.race([turn.ended, pause(NEXT_LINE_WITHIN_MS)]);
    await pause(50);
  }
}

/** Commits a turn and goes away for ever, once it is accepted. */
export async function abandon(url: string, seen: Witnessed): Promise<void> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/v1/session`, ["lilux.v1"]);
  const turnId = `gone-${randomUUID()}`;
  const done = Promise.withResolvers<void>();
  const timer = setTimeout(done.resolve, 5_000);
  socket.onclose = () => done.resolve();
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello" }));
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(String(data)) as ServerFrame | SessionStart;
    if (frame.type === "session-start") {
      seen.sessions.add(frame.sessionId);
      socket.send(JSON.stringify({ type: "ask", turnId, text: `stamp ${newTag()}` }));
    } else if (frame.type === "turn-accepted") {
      seen.accepted.add(turnId);
      seen.abandoned.add(turnId);
      done.resolve();
    }
  };
  await done.promise;
  clearTimeout(timer);
  socket.close();
}
