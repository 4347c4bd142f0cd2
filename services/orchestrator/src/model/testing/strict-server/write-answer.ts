import type { ServerResponse } from "node:http";
import { chunk, DONE, event } from "../fake-llm-server.ts";
import { tokensOf } from "./chat-templates.ts";
import type { CheckedRequest } from "./check-request.ts";
import type { StrictReply, StrictRules } from "./strict-rules.ts";

const PIECE_CHARACTERS = 7;

export interface Written {
  promptTokens: number;
  /** Of those, what it had in its cache. */
  cachedTokens: number;
  completionTokens: number;
  /** Of those, thoughts. */
  thoughtTokens: number;
}

interface Answering {
  request: CheckedRequest;
  rules: StrictRules;
  /** Counted up while it goes on. */
  written: Written;
}

/** Streams an answer, with its cost so far where that is asked for, until its end, a limit or a fault. */
export async function writeAnswer(response: ServerResponse, answering: Answering): Promise<void> {
  const { request, rules, written } = answering;
  const lost = rules.fault?.kind === "lost" ? rules.fault : undefined;
  const { text, calls, thoughts } = answerTo(request, rules);
  response.write(chunk({ role: "assistant", content: "" }));
  for (const piece of piecesOf(thoughts)) {
    if (response.destroyed) return;
    if (isFull(answering, piece)) return end(response, answering, "length");
    written.completionTokens += tokensOf(piece);
    written.thoughtTokens += tokensOf(piece);
    await write(response, told(chunk({ reasoning_content: piece }), answering), rules);
  }
  let sent = 0;
  for (const piece of piecesOf(text)) {
    if (response.destroyed) return;
    if (isFull(answering, piece)) return end(response, answering, "length");
    const left = lost === undefined ? piece.length : lost.afterCharacters - sent;
    const whole = piece.slice(0, Math.max(left, 0));
    written.completionTokens += tokensOf(whole);
    if (whole !== "") await write(response, told(chunk({ content: whole }), answering), rules);
    sent += whole.length;
    if (lost !== undefined && whole.length < piece.length) {
      if (lost.how === "kill") response.destroy();
      return;
    }
  }
  if (calls.length === 0) end(response, answering, "stop");
  else await writeCalls(response, calls, answering);
}

function isFull({ request, written }: Answering, piece: string): boolean {
  return written.completionTokens + tokensOf(piece) > request.tokensMax;
}

async function writeCalls(
  response: ServerResponse,
  calls: readonly { name: string; arguments: object | string }[],
  answering: Answering,
): Promise<void> {
  const { rules, written } = answering;
  for (const [index, call] of calls.entries()) {
    const { arguments: asMade } = call;
    const given = typeof asMade === "string" ? asMade : JSON.stringify(asMade);
    // A call that is cut at the limit is an empty delta, as vLLM sends it.
    if (isFull(answering, given)) return end(response, answering, "length");
    written.completionTokens += tokensOf(given);
    const id = `call${written.promptTokens}${index}`.padEnd(9, "x").slice(-9);
    const made = { index, id, type: "function", function: { name: call.name, arguments: given } };
    await write(response, told(chunk({ tool_calls: [made] }), answering), rules);
  }
  end(response, answering, "tool_calls");
}

function end(response: ServerResponse, { request, written }: Answering, finish: string): void {
  const usage = request.tellsUsage ? event({ choices: [], usage: usageOf(written) }) : "";
  response.end(chunk({}, finish) + usage + DONE);
}

function usageOf(written: Written): object {
  return {
    prompt_tokens: written.promptTokens,
    completion_tokens: written.completionTokens,
    prompt_tokens_details: { cached_tokens: written.cachedTokens },
    completion_tokens_details: { reasoning_tokens: written.thoughtTokens },
  };
}

function answerTo(
  request: CheckedRequest,
  rules: StrictRules,
): {
  text: string;
  calls: readonly { name: string; arguments: object | string }[];
  thoughts: string;
} {
  if (request.form !== undefined) {
    const isChoice = JSON.stringify(request.form).includes('"answer"');
    return { text: isChoice ? '{"answer":"A"}' : '{"run":true}', calls: [], thoughts: "" };
  }
  const { messages, tools, continues, mayCall } = request;
  const begun = continues ? (messages.at(-1)?.content ?? "") : "";
  const asked = continues ? messages.slice(0, -1) : messages;
  const reply: StrictReply = rules.reply({ messages: asked, tools: mayCall ? tools : [] });
  const whole = reply.text ?? "";
  return {
    text: whole.startsWith(begun) ? whole.slice(begun.length) : whole,
    calls: "calls" in reply ? reply.calls : [],
    thoughts: reply.thoughts ?? "",
  };
}

function told(body: string, { request, written }: Answering): string {
  if (!request.tellsRunning) return body;
  return body.replace(/\}\n\n$/, `,"usage":${JSON.stringify(usageOf(written))}}\n\n`);
}

function piecesOf(text: string): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${PIECE_CHARACTERS}}`, "gu")) ?? [];
}

async function write(
  response: ServerResponse,
  data: string,
  { paceMs }: Pick<StrictRules, "paceMs">,
): Promise<void> {
  response.write(data);
  await new Promise((resolve) =>
    paceMs === 0 ? setImmediate(resolve) : setTimeout(resolve, paceMs),
  );
}
