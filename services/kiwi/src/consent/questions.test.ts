import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createQuestions, type Question } from "./questions.ts";

const QUESTION: Question = {
  tenant: testTenant("acme"),
  sessionId: "s1",
  callId: "c1",
  callDigest: "d".repeat(64),
  contents: ["a", "b"],
};

// Mutant: `waiting.delete(nonce)` left out.
test("a nonce is used up by being tried, with a right answer or a wrong one", () => {
  const questions = createQuestions({ unix: () => 0 });
  const nonce = questions.ask(QUESTION);
  expect(questions.answer(nonce, QUESTION)).toBe(true);
  expect(questions.answer(nonce, QUESTION)).toBe(false);
  const second = questions.ask(QUESTION);
  expect(questions.answer(second, { ...QUESTION, callId: "c2" })).toBe(false);
  expect(questions.answer(second, QUESTION)).toBe(false);
});

test.each<[string, Partial<Question>]>([
  ["tenant", { tenant: testTenant("beta") }],
  ["session", { sessionId: "s2" }],
  ["session at all", { sessionId: undefined }],
  ["call id", { callId: "c2" }],
  ["call", { callDigest: "e".repeat(64) }],
  ["content", { contents: ["a", "c"] }],
  ["order of contents", { contents: ["b", "a"] }],
  ["number of contents", { contents: ["a"] }],
])("an answer for another %s is none", (_what, other) => {
  const questions = createQuestions({ unix: () => 0 });
  expect(questions.answer(questions.ask(QUESTION), { ...QUESTION, ...other })).toBe(false);
});

test("one tenant's questions never push out another's, and its own oldest go first", () => {
  const questions = createQuestions({ unix: () => 0 });
  const first = questions.ask(QUESTION);
  const mine = questions.ask({ ...QUESTION, tenant: testTenant("beta") });
  for (let at = 0; at < 200; at += 1) questions.ask({ ...QUESTION, callId: `flood-${at}` });
  expect(questions.answer(first, QUESTION)).toBe(false);
  expect(questions.answer(mine, { ...QUESTION, tenant: testTenant("beta") })).toBe(true);
});
