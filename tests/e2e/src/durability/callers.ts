import { createHash, randomUUID } from "node:crypto";
import { type SessionEvent, wholeMs } from "@lilux/protocol";
import { pause } from "./pause.ts";
import { note } from "./people.ts";
import { newTag } from "./stamps.ts";
import { noteError, type Witnessed } from "./witnessed.ts";

const REST_WITHIN_MS = 30_000;
/** Meanwhile others ask; what is not told then is asked for again in quiet. */
const ASK_AGAIN_WITHIN_MS = 60_000;
/** Less than what is kept of a session's events. */
const TOLD_WITHIN_MS = 9 * 60_000;
/** Who loses patience does so after this and less. */
const PATIENCE_MS = 900;

/** Callers of turns. Every third asks again under the same id until told the end, one takes what comes, one gives up. */
export async function callTurns(url: string, seen: Witnessed, signal: AbortSignal): Promise<void> {
  for (let count = 0; !signal.aborted; count += 1) {
    const turnId = `rest-${randomUUID()}`;
    seen.sessions.add(`r_${createHash("sha256").update(`local/${turnId}`).digest("base64url")}`);
    const text = count % 2 === 0 ? `stamp ${newTag()}` : "what leaks?";
    const body = { text, turnId, ask: count % 4 < 2 };
    const manner = (["returns", "takes", "gives-up"] as const)[count % 3];
    const withinMs = manner === "gives-up" ? PATIENCE_MS * Math.random() : REST_WITHIN_MS;
    const endsAt = Date.now() + ASK_AGAIN_WITHIN_MS;
    do {
      const events = await turnEvents(url, body, withinMs);
      // Told again from its beginning: only the new ones are news.
      for (const event of events) if (!seen.ended.has(turnId)) note(seen, event);
      if (seen.ended.has(turnId)) break;
      if (manner !== "returns") seen.abandoned.add(turnId);
      await pause(300);
    } while (manner === "returns" && Date.now() < endsAt);
    if (manner === "returns" && !seen.ended.has(turnId))
      seen.waiting.push({ body, at: Date.now() });
    await pause(100);
  }
}

/**
 * A gateway that is killed again before it has listened for 20 s ends no turn of
 * another: those who still wait come back once more when nothing is killed.
 */
export async function askOnceMore(url: string, seen: Witnessed): Promise<void> {
  const waiting = seen.waiting.splice(0);
  for (const { body, at } of waiting) {
    if (Date.now() - at > TOLD_WITHIN_MS) {
      // It is on record; what was told of it is no longer kept.
      seen.abandoned.add(body.turnId);
      continue;
    }
    for (const event of await turnEvents(url, body, REST_WITHIN_MS)) note(seen, event);
    if (!seen.ended.has(body.turnId)) seen.waiting.push({ body, at });
  }
}

/** What came of the answer, as far as it came. */
async function turnEvents(url: string, body: object, withinMs: number): Promise<SessionEvent[]> {
  let text = "";
  try {
    const answer = await post(`${url}/v1/turns`, body, withinMs);
    const decoder = new TextDecoder();
    for await (const bytes of answer.body ?? []) text += decoder.decode(bytes, { stream: true });
  } catch {
    // Cut off: what was read before counts.
  }
  return text.split("\n\n").flatMap((frame) => {
    const data = /^data: (.*)$/m.exec(frame)?.[1];
    if (data === undefined || !/^id: /m.test(frame)) return [];
    return [JSON.parse(data) as SessionEvent];
  });
}

/** Each creates an item once; the same id again must never find it made by itself. */
export async function createItems(
  url: string,
  seen: Witnessed,
  signal: AbortSignal,
): Promise<void> {
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

/** Each runs the script once, under a call id that it sends again until it is answered. */
export async function runStamps(url: string, seen: Witnessed, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const tag = newTag();
    const base = { item_type: "script", item_id: "stamp", action: "run", parameters: { tag } };
    const code = await untilAnswered(url, { ...base, callId: randomUUID() });
    if (code === "ok") seen.stamped.add(tag);
    if (code === "ok") seen.calls.acknowledged += 1;
    else if (code === "outcome_unknown") seen.calls.unknown += 1;
    else noteError(seen, `execute: ${code}`);
    await pause(250);
  }
}

interface Answer {
  code: string;
  retryable: boolean;
  /** Of a run that took place. */
  status?: string;
}

async function untilAnswered(url: string, body: object): Promise<string> {
  const endsAt = Date.now() + 2 * REST_WITHIN_MS;
  while (Date.now() < endsAt) {
    try {
      const answer = await post(`${url}/v1/execute`, body, REST_WITHIN_MS);
      const { code, retryable, status } = (await answer.json()) as Answer;
      if (answer.ok) return status === "error" ? "failed" : "ok";
      if (!retryable) return code;
    } catch {
      // The same call again: the answer was lost.
    }
    await pause(300);
  }
  return "never";
}

function post(url: string, body: object, withinMs: number): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(wholeMs(withinMs)),
  });
}
