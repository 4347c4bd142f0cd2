import { type SessionEvent, wholeMs } from "@lilux/protocol";

/** All events of one turn, and when each came. */
export interface WatchedTurn {
  events: SessionEvent[];
  ms: number;
}

export interface WatchOptions {
  ask?: boolean;
  turnId?: string;
  withinMs?: number;
  onEvent?(event: SessionEvent): void;
}

const WITHIN_MS = 180_000;

/** One line through `POST /v1/turns`, read as server-sent events to its end. */
export async function watchTurn(
  url: string,
  text: string,
  { ask = true, turnId, withinMs = WITHIN_MS, onEvent }: WatchOptions = {},
): Promise<WatchedTurn> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/v1/turns`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text, ask, ...(turnId === undefined ? {} : { turnId }) }),
    signal: AbortSignal.timeout(wholeMs(withinMs)),
  });
  if (!response.ok || response.body === null) {
    throw new Error(`/v1/turns: ${response.status} ${await response.text()}`);
  }
  const events: SessionEvent[] = [];
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventIn(block);
      if (event === undefined) continue;
      events.push(event);
      onEvent?.(event);
    }
  }
  return { events, ms: performance.now() - startedAt };
}

/** Undefined for a comment, which only says that the line is there. */
function eventIn(block: string): SessionEvent | undefined {
  const data = block
    .split("\n")
    .flatMap((line) => (line.startsWith("data:") ? [line.slice(5)] : []));
  return data.length === 0 ? undefined : (JSON.parse(data.join("\n")) as SessionEvent);
}
