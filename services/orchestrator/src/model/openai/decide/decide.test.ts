import { expect, test } from "vitest";
import type { DecideRequest, Spending } from "../../language-model.ts";
import {
  type StrictServer,
  startStrictServer,
} from "../../testing/strict-server/start-strict-server.ts";
import type { StrictRules } from "../../testing/strict-server/strict-rules.ts";
import { modelOfServer } from "../create-openai-model.ts";
import { examineServer } from "../examine-server.ts";
import { createModelServer } from "../model-server.ts";

const signal = new AbortController().signal;

const QUESTION: DecideRequest = {
  messages: [{ role: "system", content: "Rules." }],
  earlier: ["which logs are there?"],
  line: "wipe them",
  instructions: "Which call?",
  options: [
    { value: "call_1", description: "wipe the logs" },
    { value: "call_2", description: "list the logs" },
    { value: "none", description: "none of these" },
  ],
};

async function examined(rules: Partial<StrictRules>) {
  const strict = await startStrictServer(rules);
  const server = createModelServer({ url: strict.url });
  await examineServer(server, { signal });
  strict.completions.length = 0;
  const model = modelOfServer(server);
  const decide = (request: Partial<DecideRequest> = {}) =>
    model.decide?.({ ...QUESTION, ...request }, signal);
  return { strict, server, decide };
}

const weigh: StrictRules["weigh"] = (options) => options.map((_, at) => [0.7, 0.2, 0.1][at] ?? 0);
const asked = ({ completions }: StrictServer): object[] => completions.map(({ body }) => body);

test.each([
  ["both addresses", ["decisions", "systemone"], "decisions"],
  ["the older one", ["systemone"], "systemone"],
  ["neither", [], "token"],
] as const)(
  "a server with %s is asked in the newest way it has",
  async (_, decisionRoutes, form) => {
    const { strict, decide } = await examined({ decisionRoutes, weigh });
    const decided = await decide();
    expect(decided).toMatchObject({ form, model: "base" });
    expect(decided?.probabilities.map((each) => Math.round(each * 100))).toEqual([70, 20, 10]);
    expect(strict.completions).toHaveLength(form === "token" ? 1 : 0);
  },
);

test("one token is asked for, of nothing but the letters, with its alternatives", async () => {
  const { strict, decide } = await examined({ weigh });
  await decide();
  expect(asked(strict)).toMatchObject([
    { max_tokens: 1, logprobs: true, structured_outputs: { choice: ["A", "B", "C"] } },
  ]);
});

// Mutant: the letters' share of the model's mind not looked at.
test("a model that had something else in mind has not answered", async () => {
  const elsewhere = (options: readonly string[]) => options.map(() => 0.05);
  expect(await (await examined({ weigh: elsewhere })).decide()).toBeUndefined();
  const older = await examined({
    weigh: elsewhere,
    decisionRoutes: ["systemone"],
    logprobs: false,
  });
  expect(await older.decide()).toBeUndefined();
});

test("a way that is refused is left, and not tried again", async () => {
  const { strict, server, decide } = await examined({ decisionRoutes: ["decisions"], weigh });
  strict.rules.decisionRoutes = [];
  expect(await decide()).toMatchObject({ form: "token" });
  expect(server.knowledge.decisions.route).toBeUndefined();
  strict.rules.logprobs = false;
  expect(await decide()).toBeUndefined();
  expect(await decide()).toBeUndefined();
  expect(strict.completions).toHaveLength(2);
});

test("a server that is away has said nothing, and is not taken for one without a way", async () => {
  const { strict, server, decide } = await examined({ decisionRoutes: ["decisions"] });
  await strict.close();
  await expect(decide()).rejects.toMatchObject({ code: "llm_unavailable" });
  expect(server.knowledge.decisions.route).toBe("decisions");
});

test("a server that hangs is left at the deadline", async () => {
  const { strict, decide } = await examined({ decisionRoutes: ["decisions"] });
  strict.rules.fault = { kind: "stopped" };
  await expect(decide({ firstTokenMs: 50 })).rejects.toMatchObject({ code: "deadline_exceeded" });
});

test("what a question cost is told", async () => {
  const spent: Spending[] = [];
  const { decide } = await examined({ decisionRoutes: ["decisions"] });
  await decide({ onSpent: (spending) => spent.push(spending) });
  expect(spent).toMatchObject([{ promptTokens: 40, completionTokens: 0, isTold: true }]);
});

test("a server that was never examined is asked for words alone", async () => {
  const strict = await startStrictServer({ decisionRoutes: ["decisions"] });
  const model = modelOfServer(createModelServer({ url: strict.url }));
  expect(await model.decide?.(QUESTION, signal)).toBeUndefined();
  expect(strict.completions).toEqual([]);
});
