import { randomUUID } from "node:crypto";
import { describeCall } from "@lilux/core/calls";
import { createParser, executeDeadlines, LiluxError, ServerFrame } from "@lilux/protocol";
import { executeSettings, readSettings } from "@lilux/runtime";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import type { RestClient } from "../rest-client.ts";
import { askYes } from "./ask-yes.ts";
import { createLines } from "./create-lines.ts";
import { withInstance } from "./instance.ts";
import { printCallResult } from "./print-call-result.ts";

/** Of what an instance may send between a turn's events, what is no news here is passed over. */
const parser = createParser(ServerFrame, "the instance's answer", "internal");

/** `lilux ask <text>`: one turn, told as it goes. With --enter the router decides, as Enter does. */
export async function ask(
  context: CommandContext,
  words: string[],
  { enter }: Record<string, unknown>,
): Promise<number> {
  const { env } = context;
  const turnId = randomUUID();
  const body = { text: words.join(" "), turnId, ask: enter !== true };
  const { turn: deadlineMs } = executeDeadlines(readSettings(executeSettings, env).executeMsMax);
  return withInstance(env, async (client) => {
    const events = client.stream({ method: "POST", path: "/v1/turns", body, deadlineMs });
    return tellTurn(events, { ...context, client, turnId });
  });
}

interface Telling extends CommandContext {
  client: RestClient;
  turnId: string;
}

async function tellTurn(events: AsyncIterable<unknown>, telling: Telling): Promise<number> {
  const { json, print } = telling;
  const answer = createLines(print);
  const results: unknown[] = [];
  let isUnanswered = false;
  for await (const data of events) {
    const event = parser.parse(data);
    if (json) print(JSON.stringify(event));
    else if (event.type === "text-delta") answer.add(event.text);
    else tell(event, telling);
    if (event.type === "error") throw LiluxError.fromBody(event);
    if (event.type === "confirm-request" && !(await answerQuestion(event, telling))) {
      isUnanswered = true;
    }
    if (event.type === "call-end" && event.ok) results.push(event.result);
    if (event.type !== "turn-end") continue;
    answer.end();
    // A language model says what there is to say of them; the built-in one leaves them whole.
    if (event.usage?.model === "built-in" && !json) {
      for (const result of results) printCallResult(result, print);
    }
    if (event.error !== undefined && !json) throw LiluxError.fromBody(event.error);
    if (isUnanswered) return EXIT.unconfirmed;
    return event.outcome === "completed" ? EXIT.ok : EXIT.failed;
  }
  throw new LiluxError("internal", { cause: new Error("the turn was not told to its end") });
}

/** Beside the answer: which calls are made, and what they say meanwhile. */
function tell(event: ServerFrame, { note }: Telling): void {
  if (note === undefined) return;
  if (event.type === "call-start") note(style.dim(`→ ${describeCall(event.call)}`));
  else if (event.type === "call-progress") note(style.dim(`  ${event.text}`));
  else if (event.type === "call-end" && !event.ok) {
    note(line`${style.red("✗")} ${event.error?.message ?? "it failed"}`);
  } else if (event.type === "call-end") {
    const took = style.dim(`${event.durationMs.toFixed(0)} ms`);
    note(line`${style.green("✓")} ${took}`);
  }
}

type Question = Extract<ServerFrame, { type: "confirm-request" }>;

/** False where nobody was there to answer, or said no; then nothing ran. */
async function answerQuestion(
  { callId, call, reason }: Question,
  { client, turnId, note, json }: Telling,
): Promise<boolean> {
  const isAsked = process.stdin.isTTY === true && !json;
  const approve = isAsked && (await askYes(call, reason));
  if (!approve && !json) {
    const why = isAsked
      ? "It was not run."
      : `It was not run: it waits for a person's yes. ${reason}`;
    note?.(line`${style.yellow(why)}`);
  }
  const path = `/v1/turns/${encodeURIComponent(turnId)}/confirm`;
  await client.request({ method: "POST", path, body: { callId, approve } });
  return approve;
}
