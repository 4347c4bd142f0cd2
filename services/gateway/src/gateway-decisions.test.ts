import type { Candidate, PredictRequest } from "@lilux/protocol";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { openAiAt } from "./testing/chat-client.ts";
import { predictionOf } from "./testing/predictions.ts";
import { startForTest } from "./testing/start-for-test.ts";

const run = (item_id: string, confidence: number): Candidate => ({
  call: { name: "execute", arguments: { item_type: "script", item_id, action: "run" } },
  confidence: confidence / 2,
  confidenceOnEnter: confidence,
  effect: "write",
});

async function start(candidates: Candidate[]) {
  const asked: PredictRequest[] = [];
  const gateway = await startForTest({
    route: (request) => {
      asked.push(request);
      return predictionOf(request, candidates);
    },
  });
  return { client: openAiAt(gateway), asked };
}

const QUESTION = { type: "choice", name: "call", instructions: "What is meant?" } as const;
const asking = (more: object = {}, model = "lilux-router") =>
  ({
    model,
    input: "wipe the old logs",
    questions: [{ ...QUESTION, choices: [], ...more }],
  }) as never;

test("a question without options is asked over the library: each call, and none, sum to one", async () => {
  const { client, asked } = await start([run("wipe_logs", 0.6), run("list_logs", 0.1)]);
  const { answers, model } = await client.decisions.create(asking());
  expect(model).toBe("lilux-router");
  expect(answers).toMatchObject([
    {
      type: "choice",
      name: "call",
      choice: "execute(script wipe_logs, run)",
      confidence: expect.closeTo(0.6),
      probabilities: [
        { value: "execute(script wipe_logs, run)", probability: expect.closeTo(0.6) },
        { value: "execute(script list_logs, run)", probability: expect.closeTo(0.1) },
        { value: "none", probability: expect.closeTo(0.3) },
      ],
    },
  ]);
  const [answer] = answers;
  const [first] = answer?.type === "choice" ? answer.probabilities : [];
  expect(first).toMatchObject({ call: run("wipe_logs", 1).call });
  expect(asked[0]?.text).toBe("wipe the old logs");
});

test("options of the caller are judged as far as they name a call or an item; else there is no answer", async () => {
  const { client } = await start([run("wipe_logs", 0.6), run("list_logs", 0.2)]);
  const choices = [{ value: "wipe_logs" }, { value: "list_logs" }];
  const two = await client.decisions.create(asking({ choices }));
  expect(two.answers[0]).toMatchObject({ choice: "wipe_logs", confidence: expect.closeTo(0.75) });
  const withNone = await client.decisions.create(
    asking({ choices: [...choices, { value: "none" }] }),
  );
  expect(withNone.answers[0]).toMatchObject({ confidence: expect.closeTo(0.6) });
  const strange = [{ value: "refund" }, { value: "cancel" }];
  const none = await client.decisions.create(asking({ choices: strange }));
  expect(none.answers).toEqual([{ type: "refusal", name: "call" }]);
});

test("of a conversation the user's last message is the line, and the others its history", async () => {
  const { client, asked } = await start([run("wipe_logs", 0.6)]);
  await client.decisions.create({
    ...(asking() as object),
    input: [
      { role: "user", content: "which logs are there?" },
      { role: "assistant", content: "Two." },
      { role: "user", content: [{ type: "input_text", text: "wipe them" }] },
    ],
  } as never);
  expect(asked[0]).toMatchObject({ text: "wipe them", history: ["which logs are there?"] });
});

test.each([
  ["model", asking({}, "gpt-6"), 404],
  ["input", { ...(asking() as object), input: " " }, 400],
  ["input", { ...(asking() as object), input: [] }, 400],
  ["questions", { ...(asking() as object), questions: [] }, 400],
  ["questions[0].type", asking({ type: "score", levels: [] }), 400],
  ["questions[0].type", asking({ type: "predicate" }), 400],
  ["questions[0].choices[0].value", asking({ choices: [{ value: true }] }), 400],
])("what cannot be decided is refused by the field %s", async (param, body, status) => {
  const { client } = await start([]);
  const refused = client.decisions.create(body as never);
  await expect(refused).rejects.toMatchObject({ status, param });
});

test("without a router there is no answer, and the client may try again", async () => {
  const gateway = await startForTest({ limits: { restPredictWithinMs: 100 } });
  const refused = openAiAt(gateway).decisions.create(asking());
  await expect(refused).rejects.toBeInstanceOf(OpenAI.InternalServerError);
  await expect(refused).rejects.toMatchObject({ status: 503, code: "router_unavailable" });
});

// Mutant: what a library that is not read yet has no call for is answered "none", at 1.
test("over a library that is not read yet, no call is no answer, and the client may try again", async () => {
  const gateway = await startForTest({
    route: (request) => ({ ...predictionOf(request, []), degraded: ["library_loading"] }),
  });
  const refused = openAiAt(gateway).decisions.create(asking());
  await expect(refused).rejects.toMatchObject({ status: 503, code: "router_unavailable" });
});
