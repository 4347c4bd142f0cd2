import { LiluxError } from "@lilux/protocol";
import type { ModelEvent } from "../language-model.ts";
import type { ModelServer } from "./model-server.ts";
import { type AnswerOptions, readAnswer } from "./read-answer.ts";
import type { Body } from "./server-dialect.ts";
import { UpstreamRefusal } from "./upstream-error.ts";

/** What a server may refuse, one after the other, before a request is given up. */
const LESSONS_MAX = 6;

export interface AskOptions {
  body: Body;
  headers?: Readonly<Record<string, string>> | undefined;
  caller: AbortSignal;
  firstTokenMs?: number | undefined;
  onSpent?: AnswerOptions["onSpent"];
}

/** Sends a request again in another form while the server refuses a part of it that can be. */
export async function* askServer(
  { target, dialect, logger }: ModelServer,
  { body, ...options }: AskOptions,
): AsyncGenerator<ModelEvent> {
  for (let lessons = 0; ; lessons += 1) {
    const sent = dialect.spell(body);
    let started = false;
    try {
      for await (const event of readAnswer({ ...options, target, body: sent })) {
        started = true;
        yield event;
      }
      return;
    } catch (error) {
      const refusal = refusalOf(error);
      if (started || lessons >= LESSONS_MAX || refusal === undefined) throw error;
      const lesson = dialect.learn(refusal, sent);
      if (lesson === undefined) throw error;
      const { httpStatus } = refusal;
      logger.warn({ ...lesson, httpStatus }, "language model server refuses a parameter");
    }
  }
}

/** What the server said, where the failure is its refusal. */
export function refusalOf(error: unknown): UpstreamRefusal | undefined {
  const cause = error instanceof LiluxError ? error.cause : undefined;
  return cause instanceof UpstreamRefusal ? cause : undefined;
}
