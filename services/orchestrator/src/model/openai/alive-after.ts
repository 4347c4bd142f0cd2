import { LiluxError } from "@lilux/protocol";
import { modelName } from "./create-openai-model.ts";
import type { ModelServer } from "./model-server.ts";
import { readAnswer } from "./read-answer.ts";
import { PLAIN_ASKING, streamBody } from "./request-body.ts";

/**
 * Resolves when the server made one token within `deadlineMs`; rejects with why
 * it did not. Health checks do not tell: they answer while an engine hangs. A
 * refusal is an answer, too.
 */
export async function aliveAfter(
  server: ModelServer,
  deadlineMs: number,
  caller: AbortSignal,
): Promise<void> {
  const { dialect, target } = server;
  const messages = [{ role: "user", content: "Hi." }];
  const body = streamBody({ ...PLAIN_ASKING, model: modelName(server), messages });
  try {
    const options = { target, body: dialect.spell(body), caller, firstTokenMs: deadlineMs };
    for await (const _ of readAnswer(options)) return;
  } catch (error) {
    const failure = LiluxError.from(error);
    if (failure.code !== "llm_incomplete" && failure.code !== "llm_rejected") throw failure;
  }
}
