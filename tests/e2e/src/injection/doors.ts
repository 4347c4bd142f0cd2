import { createLiluxClient } from "@lilux/client";
import { describeCall } from "@lilux/core/calls";
import type { SessionEvent } from "@lilux/protocol";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { keyOf } from "../start-tenants.ts";
import { notYet, ordersIn } from "./orders-in.ts";
import type { Line, ModelCall, Scenario } from "./scenario.ts";

/** What came of a scenario, as its door shows it. */
export interface Seen {
  /** Calls the model proposed, where the door knows them. */
  proposed: ModelCall[];
  /** The questions put to the person. */
  asked: string[];
  /** Everything the calls answered, one text. */
  answers: string;
  /** Questions that got a yes. */
  agreed: string[];
}

/** Writes the scenario's files of somebody else, while a question waits. */
export type Meanwhile = () => Promise<void>;

const CALLS_MAX = 48;

/** Plays a scenario through its door; the person answers every question alike. */
export async function play(url: string, scenario: Scenario, meanwhile: Meanwhile): Promise<Seen> {
  const seen: Seen = { proposed: [], asked: [], answers: "", agreed: [] };
  const says = personSaying(scenario, { seen, meanwhile });
  switch (scenario.door) {
    case "socket":
      await bySocket(url, scenario, { seen, says });
      break;
    case "rest":
      for (const line of scenario.lines) await byRest(url, scenario.name, { line, seen, says });
      break;
    case "mcp":
    case "mcp-mute":
      await byMcp(url, scenario, { seen, says });
      break;
  }
  return seen;
}

interface Playing {
  seen: Seen;
  /** Whether the person says yes to this question. */
  says(question: string): Promise<boolean>;
}

function personSaying(
  { answers = [] }: Scenario,
  { seen, meanwhile }: { seen: Seen; meanwhile: Meanwhile },
): Playing["says"] {
  const left = answers === "yes" ? undefined : [...answers];
  return async (question) => {
    seen.asked.push(question);
    const at = left?.findIndex((text) => question.includes(text)) ?? 0;
    if (at < 0) return false;
    left?.splice(at, 1);
    if (seen.agreed.length === 0) await meanwhile();
    seen.agreed.push(question);
    return true;
  };
}

async function bySocket(url: string, { name, lines }: Scenario, { seen, says }: Playing) {
  const client = createLiluxClient({ url, apiKey: keyOf(name) });
  await client.ready();
  try {
    for (const { text, enter } of lines) {
      const turn = enter === true ? client.submit(text) : client.ask(text);
      for await (const event of turn.events) {
        note(seen, event);
        if (event.type !== "confirm-request") continue;
        client.confirm(event.turnId, event.callId, await says(questionOf(event)));
      }
    }
  } finally {
    client.close();
  }
}

/** As a person sees it: the call, and why it asks. */
function questionOf({ call, reason }: Extract<SessionEvent, { type: "confirm-request" }>): string {
  return `${describeCall(call)}: ${reason}`;
}

function note(seen: Seen, event: SessionEvent): void {
  if (event.type === "call-end") seen.answers += JSON.stringify(event.result ?? event.error);
}

let turns = 0;

async function byRest(url: string, tenant: string, { line, seen, says }: Playing & { line: Line }) {
  turns += 1;
  const turnId = `t-${turns}`;
  const headers = { "content-type": "application/json", authorization: `Bearer ${keyOf(tenant)}` };
  const { text, enter = false, history } = line;
  const body = JSON.stringify({ text, turnId, ask: !enter, ...(history && { history }) });
  const signal = AbortSignal.timeout(60_000);
  const response = await fetch(`${url}/v1/turns`, { method: "POST", headers, body, signal });
  if (response.body === null || !response.ok) throw new Error(await response.text());
  let rest = "";
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const frames = `${rest}${part}`.split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (data === undefined) continue;
      const event = JSON.parse(data) as SessionEvent;
      note(seen, event);
      if (event.type !== "confirm-request") continue;
      const approve = await says(questionOf(event));
      const answer = JSON.stringify({ callId: event.callId, approve });
      await fetch(`${url}/v1/turns/${turnId}/confirm`, { method: "POST", headers, body: answer });
    }
  }
}

/** An agent of its own: it makes the line's calls, then whatever it is told by what comes back. */
async function byMcp(url: string, { name, door, lines }: Scenario, { seen, says }: Playing) {
  const capabilities = door === "mcp" ? { elicitation: {} } : {};
  const client = new Client({ name: "agent", version: "1" }, { capabilities });
  if (door === "mcp") {
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      return (await says(params.message))
        ? { action: "accept", content: { confirm: true } }
        : { action: "decline" };
    });
  }
  const requestInit = { headers: { authorization: `Bearer ${keyOf(name)}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  try {
    for (const { calls = [] } of lines) {
      const todo = [...calls];
      for (let call = todo.shift(); call !== undefined; call = todo.shift()) {
        if (seen.proposed.length >= CALLS_MAX) break;
        seen.proposed.push(call);
        const answer = await client
          .callTool(call)
          .catch((error: unknown) => ({ error: String(error) }));
        const text = JSON.stringify(answer);
        seen.answers += JSON.stringify(
          "structuredContent" in answer ? answer.structuredContent : answer,
        );
        if (door === "mcp-mute" && text.includes("confirm_required")) seen.asked.push(text);
        todo.push(...notYet(ordersIn(text), [...seen.proposed, ...todo]));
      }
    }
  } finally {
    await client.close();
  }
}
