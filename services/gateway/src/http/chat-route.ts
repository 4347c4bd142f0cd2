import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { LiluxError } from "@lilux/protocol";
import type { ListModels } from "@lilux/rpc";
import type { FastifyReply, FastifyRequest } from "fastify";
import { directMandate, wantsSecondPerson } from "../access/caller.ts";
import type { Refusals } from "../admit/refusals.ts";
import { ChatBody } from "../openai/chat-body.ts";
import { chatCompletion } from "../openai/chat-completion.ts";
import { ChatAnswer } from "../openai/chat-schemas.ts";
import { chatStream, type StreamedAnswer } from "../openai/chat-stream.ts";
import { createEventSource, type EventSource } from "../openai/event-source.ts";
import { findQuestion } from "../openai/find-question.ts";
import { poolOf } from "../openai/models.ts";
import { OpenAiErrorBody } from "../openai/openai-error.ts";
import { type AskedChat, readChat, yesIn } from "../openai/read-chat.ts";
import { startWatchedTurn, type WatchedTurnDeps } from "../turn/watched-turn.ts";
import { type App, whereIn } from "./create-app.ts";
import { disconnectSignal, traceparentOf } from "./request-context.ts";

export interface ChatRouteDeps extends WatchedTurnDeps {
  listModels: ListModels;
  isDraining(): boolean;
  refusals: Refusals;
}

/**
 * `POST /v1/chat/completions`: a turn of a conversation that the caller keeps. It is stored, run
 * and told as every turn is; going away cancels it.
 */
export function addChatRoute(app: App, deps: ChatRouteDeps): void {
  const schema = {
    operationId: "createChatCompletion",
    tags: ["OpenAI"],
    summary: "Answer a conversation, as OpenAI's API does",
    body: ChatBody,
    response: { 200: ChatAnswer, "4xx": OpenAiErrorBody, "5xx": OpenAiErrorBody },
  };
  const bodyLimit = deps.limits.chatBodyBytesMax;
  const config = { isLongLived: true, verb: "run" } as const;
  app.post("/v1/chat/completions", { schema, bodyLimit, config }, async (request, reply) => {
    if (deps.isDraining()) throw new LiluxError("shutting_down");
    const asked = readChat(request.body);
    const { source, turnId } = await startChat(asked, { request, reply, deps });
    const head = { id: `chatcmpl-${turnId}`, created: seconds(deps.now()), model: asked.model };
    reply.header("x-request-id", turnId);
    if (!asked.streams) return (await chatCompletion(asked, head, source.frames)) as never;
    const onRefused = (error: LiluxError): void =>
      deps.refusals.note(error, { door: "openai", ...whereIn(request), turnId });
    return sendStream(reply, { asked, head, source, onRefused }, deps);
  });
}

interface Asking {
  request: FastifyRequest;
  reply: FastifyReply;
  deps: ChatRouteDeps;
}

async function startChat(
  { model, text, history, kind, chat }: AskedChat,
  { request, reply, deps }: Asking,
): Promise<{ source: EventSource; turnId: string }> {
  const { tenant } = request;
  const receivedAt = performance.now();
  const asking = {
    signal: disconnectSignal(reply),
    traceparent: traceparentOf(request),
    mandate: directMandate(request.caller),
  };
  const pool = await poolOf(model, tenant, { ...asking, listModels: deps.listModels });
  const callId = yesIn(chat);
  const question = callId === undefined ? undefined : await findQuestion(tenant, callId, deps.bus);
  if (question !== undefined && wantsSecondPerson(request.caller, question.effect)) {
    throw new LiluxError("second_person_required");
  }
  const yes = question?.yes;
  const source = createEventSource(deps.limits.bufferedBytesMax);
  const turnId = newTurnId();
  const whole = {
    ...chat,
    ...(pool === undefined ? {} : { pool }),
    ...(yes === undefined ? {} : { yes }),
  };
  const input = { turnId, kind, text, history, chat: whole, receivedAt } as const;
  const { push } = source;
  const traceparent = request.headers["traceparent"];
  const { caller } = request;
  await startWatchedTurn(input, { caller, push, traceparent, response: reply.raw }, deps);
  return { source, turnId };
}

async function sendStream(
  reply: FastifyReply,
  { source, ...answer }: Omit<StreamedAnswer, "frames" | "logger"> & { source: EventSource },
  { logger }: ChatRouteDeps,
): Promise<never> {
  const chunks = chatStream({ ...answer, frames: source.frames, logger });
  // What fails before a word was said gets its status.
  const first = await chunks.next();
  reply
    .type("text/event-stream; charset=utf-8")
    .header("cache-control", "no-store")
    .header("x-accel-buffering", "no");
  return reply.send(Readable.from(startingWith(first, chunks))) as never;
}

async function* startingWith(
  first: IteratorResult<string>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  if (first.done !== true) yield first.value;
  yield* rest;
}

/** A person may have to write it, in a yes to what it asked. */
function newTurnId(): string {
  return `c_${BigInt(`0x${randomBytes(10).toString("hex")}`).toString(36)}`;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
