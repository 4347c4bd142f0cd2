import type { ServerResponse } from "node:http";
import { chunk, DONE, event } from "../fake-llm-server.ts";
import { tokensOf } from "./chat-templates.ts";
import type { CheckedRequest } from "./check-request.ts";
import type { StrictReply, StrictRules } from "./strict-rules.ts";

const PIECE_CHARACTERS = 7;

export interface Written {
  promptTokens: number;
  completionTokens: number;
}

/** Streams an answer with its usage so far in every chunk, until its end, a limit or a fault. */
export async function writeAnswer(
  response: ServerResponse,
  request: CheckedRequest,
  rules: StrictRules,
): Promise<Written> {
  const { fault } = rules;
  const lost = fault?.kind === "lost" ? fault : undefined;
  const written = { promptTokens: request.promptTokens, completionTokens: 0 };
  const { text, calls } = answerTo(request, rules);
  response.write(chunk({ role: "assistant", content: "" }));
  let sent = 0;
  for (const piece of piecesOf(text)) {
    if (response.destroyed) return written;
    if (written.completionTokens + tokensOf(piece) > request.tokensMax) {
      return end(response, written, "length");
    }
    const left = lost === undefined ? piece.length : lost.afterCharacters - sent;
    const whole = piece.slice(0, Math.max(left, 0));
    written.completionTokens += tokensOf(whole);
    if (whole !== "") await write(response, told(chunk({ content: whole }), written));
    sent += whole.length;
    if (lost !== undefined && whole.length < piece.length) {
      if (lost.how === "kill") response.destroy();
      return written;
    }
  }
  return calls.length === 0
    ? end(response, written, "stop")
    : writeCalls(response, { calls, written, tokensMax: request.tokensMax });
}

async function writeCalls(
  response: ServerResponse,
  answer: {
    calls: readonly { name: string; arguments: object }[];
    written: Written;
    tokensMax: number;
  },
): Promise<Written> {
  const { calls, written, tokensMax } = answer;
  for (const [index, call] of calls.entries()) {
    const given = JSON.stringify(call.arguments);
    written.completionTokens += tokensOf(given);
    // A call that is cut at the limit is an empty delta, as vLLM sends it.
    if (written.completionTokens > tokensMax) return end(response, written, "length");
    const id = `call${written.promptTokens}${index}`.padEnd(9, "x").slice(-9);
    const made = { index, id, type: "function", function: { name: call.name, arguments: given } };
    await write(response, chunk({ tool_calls: [made] }));
  }
  return end(response, written, "tool_calls");
}

function end(response: ServerResponse, written: Written, finish: string): Written {
  const usage = {
    prompt_tokens: written.promptTokens,
    completion_tokens: written.completionTokens,
  };
  response.end(chunk({}, finish) + event({ choices: [], usage }) + DONE);
  return written;
}

function answerTo(
  request: CheckedRequest,
  rules: StrictRules,
): { text: string; calls: readonly { name: string; arguments: object }[] } {
  if (request.form !== undefined) return { text: '{"run":true,"reason":"fits"}', calls: [] };
  const { messages, tools, continues, mayCall } = request;
  const begun = continues ? (messages.at(-1)?.content ?? "") : "";
  const asked = continues ? messages.slice(0, -1) : messages;
  const reply: StrictReply = rules.reply({ messages: asked, tools: mayCall ? tools : [] });
  const whole = reply.text ?? "";
  return {
    text: whole.startsWith(begun) ? whole.slice(begun.length) : whole,
    calls: "calls" in reply ? reply.calls : [],
  };
}

function told(body: string, { promptTokens, completionTokens }: Written): string {
  const usage = { prompt_tokens: promptTokens, completion_tokens: completionTokens };
  return body.replace(/\}\n\n$/, `,"usage":${JSON.stringify(usage)}}\n\n`);
}

function piecesOf(text: string): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${PIECE_CHARACTERS}}`, "gu")) ?? [];
}

async function write(response: ServerResponse, data: string): Promise<void> {
  response.write(data);
  await new Promise((resolve) => setImmediate(resolve));
}
