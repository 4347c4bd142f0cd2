import { PRIMITIVE_TOOLS } from "../tool-definitions.ts";
import { countTokens } from "./count-tokens.ts";
import type { ModelServer } from "./model-server.ts";
import { readAnswer } from "./read-answer.ts";
import { type Asking, PLAIN_ASKING, streamBody, toolsOf } from "./request-body.ts";

const MESSAGES = [{ role: "user", content: "Is there a script for mail?" }];
/** Our tools are many hundreds; a template may say a word about tools that it leaves out. */
const TOKENS_MIN = 100;

/**
 * Whether the model hears of the tools that its server takes: some chat templates leave them out
 * without a word, and nobody calls what it never heard of. Told by what the same prompt has of
 * tokens with them and without; true where a server does not count.
 */
export async function toldOfTools(
  server: ModelServer,
  model: string,
  signal: AbortSignal,
): Promise<boolean> {
  const without = await promptTokensOf(server, askingFor(model, []), signal);
  if (without === undefined) return true;
  const withTools = await promptTokensOf(server, askingFor(model, PRIMITIVE_TOOLS), signal);
  return withTools === undefined || withTools >= without + TOKENS_MIN;
}

function askingFor(model: string, tools: Asking["tools"]): Asking {
  return { ...PLAIN_ASKING, model, messages: MESSAGES, tools };
}

/** Counted where there is an address for it, else told by an answer of one token. */
async function promptTokensOf(
  server: ModelServer,
  asking: Asking,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { model, messages } = asking;
  if (server.knowledge.tokenizes) {
    return countTokens(server, { model, messages, ...toolsOf(asking) }, signal);
  }
  let counted: number | undefined;
  try {
    const answer = readAnswer({
      target: server.target,
      body: server.dialect.spell(streamBody(asking)),
      caller: signal,
      onSpent: ({ promptTokens }) => {
        counted = promptTokens;
      },
    });
    for await (const _ of answer);
  } catch {
    // Cut off after its one token, as it was told.
  }
  return counted;
}
