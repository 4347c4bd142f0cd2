import { Refusal } from "./check-request.ts";
import type { StrictRules } from "./strict-rules.ts";
import type { Written } from "./write-answer.ts";

type Body = Readonly<Record<string, unknown>>;

const USAGE = { input_tokens: 40, output_tokens: 0, total_tokens: 40 };

/** Answers a question as vLLM does at the address made for it; refuses what it would refuse. */
export function answerDecision(
  route: "decisions" | "systemone",
  body: Body,
  rules: StrictRules,
): object {
  if (!rules.models.includes(String(body["model"]))) {
    throw new Refusal(404, `The model \`${String(body["model"])}\` does not exist.`, "model");
  }
  return route === "decisions" ? openAiForm(body, rules) : systemOneForm(body, rules);
}

function openAiForm(body: Body, rules: StrictRules): object {
  const questions = body["questions"] as { type: string; name?: string; choices: Choice[] }[];
  if (!Array.isArray(body["input"]) || !Array.isArray(questions)) {
    throw new Refusal(400, "input and questions are required");
  }
  const answers = questions.map(({ type, name, choices }) => {
    if (type !== "choice" || choices.length < 2)
      throw new Refusal(400, "2 to 255 choices", "questions");
    const values = choices.map(({ value }) => value);
    const given = rules.weigh(values);
    const probabilities = values.map((value, at) => ({ value, probability: given[at] ?? 0 }));
    const best = Math.max(...given);
    return { type, name, choice: values[given.indexOf(best)], confidence: best, probabilities };
  });
  return { model: body["model"], answers, usage: USAGE };
}

interface Choice {
  value: string;
}

function systemOneForm(body: Body, rules: StrictRules): object {
  const questions = body["questions"] as Record<string, { criteria: Record<string, string> }>;
  if (body["state"] === undefined || typeof questions !== "object") {
    throw new Refusal(400, "state and questions are required");
  }
  const answers = Object.entries(questions).map(([id, { criteria }]) => {
    const values = Object.keys(criteria);
    const given = rules.weigh(values);
    const label_mass = given.reduce((sum, each) => sum + each, 0);
    const probabilities = Object.fromEntries(
      values.map((value, at) => [value, (given[at] ?? 0) / label_mass]),
    );
    const choice = values[given.indexOf(Math.max(...given))];
    return [id, { type: "choice", choice, probabilities, label_mass }];
  });
  return { model: body["model"], answers: Object.fromEntries(answers), usage: USAGE };
}

/** One token with its alternatives. The letters are those of the lines `A) …` of the last message. */
export function answerToken(body: Body, rules: StrictRules, written: Written): object {
  written.completionTokens = 1;
  const messages = body["messages"] as { content: string }[];
  const letters = [...(messages.at(-1)?.content ?? "").matchAll(/^([A-Z])\) /gm)].map(
    ([, letter = ""]) => letter,
  );
  const given = rules.weigh(letters);
  const other = 1 - given.reduce((sum, each) => sum + each, 0);
  const alternatives = [
    ...letters.map((token, at) => [token, given[at] ?? 0] as const),
    ["The", other] as const,
  ];
  const top_logprobs = alternatives
    .filter(([, share]) => share > 0)
    .map(([token, share]) => ({ token, logprob: Math.log(share), bytes: null }));
  const [first] = top_logprobs;
  const message = { role: "assistant", content: first?.token ?? "" };
  const logprobs = { content: [{ ...first, top_logprobs }] };
  const choices = [{ index: 0, message, logprobs, finish_reason: "length" }];
  return {
    object: "chat.completion",
    choices,
    usage: usageOf(written),
  };
}

function usageOf({ promptTokens, cachedTokens, completionTokens }: Written): object {
  return {
    prompt_tokens: promptTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
    completion_tokens: completionTokens,
  };
}
