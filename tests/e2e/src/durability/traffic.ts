import { createHash, randomUUID } from "node:crypto";
import { createLiluxClient, type LiluxClient } from "@lilux/client";
import type { ServerFrame, SessionStart } from "@lilux/protocol";

const REST_WITHIN_MS = 30_000;
/** A gateway that is killed again before it has listened for 20 s ends no turn of another. */
const ASK_AGAIN_WITHIN_MS = 150_000;

/** What everybody who used the product was told. */
export interface Witnessed {
  sessions: Set<string>;
  accepted: Set<string>;
  /** Accepted turns of those who come back, by how often their end was told. */
  ended: Map<string, number>;
  /** Turns of those who never come back. */
  abandoned: Set<string>;
  resumed: { recovered: number; lost: number };
  /** Offsets that were not the next one, by session. */
  holes: number;
  calls: { acknowledged: number; unknown: number; ranTwice: number };
}

export interface Traffic {
  witnessed: Witnessed;
  /** Commits a turn and goes away for ever, once it is accepted. */
  abandon(): Promise<void>;
  /** Lets nobody commit anything more, and waits for the requests in flight. */
  stop(): Promise<void>;
  close(): void;
}

/** People at sockets, callers of turns and of calls; some of each never come back. */
export function driveTraffic(url: string): Traffic {
  const witnessed: Witnessed = {
    sessions: new Set(),
    accepted: new Set(),
    ended: new Map(),
    abandoned: new Set(),
    resumed: { recovered: 0, lost: 0 },
    holes: 0,
    calls: { acknowledged: 0, unknown: 0, ranTwice: 0 },
  };
  const stopped = new AbortController();
  const clients = Array.from({ length: 3 }, () => person(url, witnessed));
  const loops = [
    ...clients.map((client) => commitFor(client, stopped.signal)),
    callTurns(url, witnessed, stopped.signal),
    callTurns(url, witnessed, stopped.signal),
    createItems(url, witnessed, stopped.signal),
  ];
  return {
    witnessed,
    abandon: () => abandon(url, witnessed),
    async stop() {
      stopped.abort();
      await Promise.all(loops);
    },
    close() {
      for (const client of clients) client.close();
    },
  };
}

function person(url: string, seen: Witnessed): LiluxClient {
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
    if (event.type === "turn-accepted") seen.accepted.add(event.turnId);
    if (event.type !== "turn-end") return;
    seen.ended.set(event.turnId, (seen.ended.get(event.turnId) ?? 0) + 1);
  });
  return client;
}

async function commitFor(client: LiluxClient, signal: AbortSignal): Promise<void> {
  await client.ready();
  for (let count = 0; !signal.aborted; count += 1) {
    if (count % 2 === 0) client.submit(`find email scripts ${count}`);
    else client.ask(`find email scripts ${count}`);
    await pause(250);
  }
}

/** Half of the callers ask again under the same id until they are told the end; half never do. */
async function callTurns(url: string, seen: Witnessed, signal: AbortSignal): Promise<void> {
  for (let count = 0; !signal.aborted; count += 1) {
    const turnId = `rest-${randomUUID()}`;
    seen.sessions.add(`r_${createHash("sha256").update(`local/${turnId}`).digest("base64url")}`);
    const mayReturn = count % 2 === 0;
    const endsAt = Date.now() + ASK_AGAIN_WITHIN_MS;
    do {
      const text = await turnText(url, turnId);
      if (text.includes("event: turn-accepted")) seen.accepted.add(turnId);
      if (text.includes("event: turn-end")) seen.ended.set(turnId, 1);
      if (seen.ended.has(turnId)) break;
      if (!mayReturn) seen.abandoned.add(turnId);
      await pause(500);
    } while (mayReturn && Date.now() < endsAt);
    await pause(200);
  }
}

/** What came of the answer, as far as it came. */
async function turnText(url: string, turnId: string): Promise<string> {
  let text = "";
  try {
    const answer = await fetch(`${url}/v1/turns`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: "find email scripts", turnId }),
      signal: AbortSignal.timeout(REST_WITHIN_MS),
    });
    const decoder = new TextDecoder();
    for await (const bytes of answer.body ?? []) text += decoder.decode(bytes, { stream: true });
  } catch {
    // Cut off: what was read before counts.
  }
  return text;
}

/** Each creates an item once; the same id again must never find it made by itself. */
async function createItems(url: string, seen: Witnessed, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const item_id = `soak_${randomUUID().slice(0, 8)}`;
    const parameters = { title: item_id, body: "Made by a soak." };
    const base = { item_type: "knowledge", item_id, action: "create", parameters } as const;
    const code = await untilAnswered(url, { ...base, callId: randomUUID() });
    if (code === "ok") seen.calls.acknowledged += 1;
    else if (code === "outcome_unknown") seen.calls.unknown += 1;
    else if (code === "item_exists") seen.calls.ranTwice += 1;
    await pause(250);
  }
}

async function untilAnswered(url: string, body: object): Promise<string> {
  const endsAt = Date.now() + 2 * REST_WITHIN_MS;
  while (Date.now() < endsAt) {
    try {
      const answer = await fetch(`${url}/v1/execute`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(REST_WITHIN_MS),
      });
      if (answer.ok) return "ok";
      const { code, retryable } = (await answer.json()) as { code: string; retryable: boolean };
      if (!retryable) return code;
    } catch {
      // The same call again: the answer was lost.
    }
    await pause(300);
  }
  return "never";
}

async function abandon(url: string, seen: Witnessed): Promise<void> {
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
      socket.send(JSON.stringify({ type: "ask", turnId, text: "find email scripts" }));
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
