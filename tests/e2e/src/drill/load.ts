import { createLiluxClient, type LiluxClient } from "@lilux/client";
import { pause } from "../durability/pause.ts";

const PEOPLE = 2;
const BETWEEN_KEYS_MS = 250;
const NEXT_LINE_WITHIN_MS = 3_000;
const LINES = ["the rollback of a deploy", "show the open incidents", "who is on call today"];

export interface Load {
  stop(): Promise<void>;
}

/** People who type and send, and somebody who searches: little, and all the time. */
export function startLoad(url: string): Load {
  const stopped = new AbortController();
  const { signal } = stopped;
  const clients = Array.from({ length: PEOPLE }, () => createLiluxClient({ url }));
  const loops = [
    ...clients.map((client, at) => typeFor(client, at, signal)),
    searchFor(url, signal),
  ];
  return {
    async stop() {
      stopped.abort();
      for (const client of clients) client.close();
      await Promise.allSettled(loops);
    },
  };
}

async function typeFor(client: LiluxClient, at: number, signal: AbortSignal): Promise<void> {
  for (let count = at; !signal.aborted; count += 1) {
    const line = LINES[count % LINES.length] ?? "";
    for (let end = 1; end <= line.length && !signal.aborted; end += 3) {
      client.type(line.slice(0, end));
      await pause(BETWEEN_KEYS_MS);
    }
    const turn = client.ask(`${line}?`);
    await Promise.race([turn.ended, pause(NEXT_LINE_WITHIN_MS)]);
    await pause(BETWEEN_KEYS_MS);
  }
}

async function searchFor(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await fetch(`${url}/v1/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ item_type: "script", query: "rollback" }),
      signal: AbortSignal.timeout(2_000),
    }).catch(() => undefined);
    await pause(1_000);
  }
}
