import type { Decided, DecideRequest } from "../../language-model.ts";
import { letterOf } from "../../lettered-question.ts";
import { isObject, listOf } from "../json-value.ts";
import type { ModelServer } from "../model-server.ts";
import { askRoute } from "./ask-route.ts";
import { readProbabilities } from "./read-probabilities.ts";
import { tellSpending } from "./tell-spending.ts";

/** As many as every server gives. */
const TOP_LOGPROBS = 20;

export interface TokenAsk {
  model: string;
  /** In the server's own form, the question last. */
  messages: readonly object[];
  request: DecideRequest;
  /** Tools as other requests have them, so that the prompt begins alike, and the server's own fields. */
  more: object;
  /** Whether the server takes vLLM's fields that hold a model to the letters. */
  isVllm: boolean;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/**
 * One token over letters, read as the probabilities that the model gave each of them, not as the one
 * it wrote. Undefined when the letters were not what it had in mind.
 */
export async function decideByToken(
  server: Pick<ModelServer, "settings" | "target">,
  { model, messages, request, more, isVllm, headers, signal }: TokenAsk,
): Promise<Decided | undefined> {
  const { options } = request;
  const letters = options.map((_, at) => letterOf(at));
  const body = {
    model,
    messages,
    ...more,
    max_tokens: 1,
    temperature: 0,
    logprobs: true,
    top_logprobs: TOP_LOGPROBS,
    ...(isVllm ? { structured_outputs: { choice: letters } } : {}),
  };
  const answer = await askRoute(server, { path: "chat/completions", body, headers, signal });
  tellSpending(answer, request);
  const masses = massesIn(answer, letters);
  const mass = [...masses.values()].reduce((sum, each) => sum + each, 0);
  const given = new Map(options.map(({ value }, at) => [value, masses.get(letterOf(at)) ?? 0]));
  const probabilities = readProbabilities({ probabilities: given, mass }, options);
  return probabilities && { probabilities, form: "token", model };
}

/** Of all tokens that are a letter but for white space: some vocabularies have several. */
function massesIn(answer: unknown, letters: readonly string[]): Map<string, number> {
  const masses = new Map<string, number>();
  for (const top of topLogprobs(answer)) {
    const { token, logprob } = isObject(top) ? top : {};
    const letter = typeof token === "string" ? token.trim() : "";
    if (typeof logprob !== "number" || !letters.includes(letter)) continue;
    masses.set(letter, (masses.get(letter) ?? 0) + Math.exp(logprob));
  }
  return masses;
}

function topLogprobs(answer: unknown): unknown[] {
  const [choice] = isObject(answer) ? listOf(answer["choices"]) : [];
  const logprobs = isObject(choice) && isObject(choice["logprobs"]) ? choice["logprobs"] : {};
  const [first] = listOf(logprobs["content"]);
  return isObject(first) ? listOf(first["top_logprobs"]) : [];
}
