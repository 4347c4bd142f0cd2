import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelMessage } from "../language-model.ts";
import { PRIMITIVE_TOOLS } from "../tool-definitions.ts";
import { fitPrompt } from "./fit-prompt.ts";
import { type Prompt, promptTokens } from "./prompt-size.ts";

const system: ModelMessage = { role: "system", content: "Rules. ".repeat(40) };
const words = (count: number, word = "word"): string => `${word} `.repeat(count).trim();
const turn = (index: number, length = 100): ModelMessage[] => [
  { role: "user", content: `line ${index} ${words(length)}` },
  { role: "assistant", content: `answer ${index} ${words(length)}` },
];
const line: ModelMessage = { role: "user", content: `newest ${words(50)}` };

function promptOf(turns: number, more: ModelMessage[] = []): Prompt {
  const past = Array.from({ length: turns }, (_, index) => turn(index)).flat();
  return { messages: [system, ...past, line, ...more], tools: [] };
}

function firstLine(prompt: Prompt | undefined): string {
  return prompt?.messages[1]?.content.slice(0, 8) ?? "";
}

test("what fits is left as it is", () => {
  const prompt = promptOf(5);
  expect(fitPrompt(prompt, promptTokens(prompt))).toBe(prompt);
});

test("whatever is cut, the prompt fits, keeps the newest line whole and begins with a line", () => {
  const pieces = fc.record({
    turns: fc.integer({ min: 0, max: 12 }),
    results: fc.array(fc.string({ maxLength: 6_000 }), { maxLength: 3 }),
    tokensMax: fc.integer({ min: 400, max: 6_000 }),
  });
  fc.assert(
    fc.property(pieces, ({ turns, results, tokensMax }) => {
      const told = results.flatMap((content, index): ModelMessage[] => [
        {
          role: "assistant",
          content: "",
          toolCalls: [{ id: `c${index}`, name: "search", arguments: "{}" }],
        },
        { role: "tool", toolCallId: `c${index}`, content },
      ]);
      const fitted = fitPrompt(promptOf(turns, told), tokensMax);
      if (fitted === undefined) return;
      expect(promptTokens(fitted)).toBeLessThanOrEqual(tokensMax);
      expect(fitted.messages).toContainEqual(line);
      expect(fitted.messages[1]?.role).toBe("user");
      const calls = fitted.messages.filter(({ role }) => role === "tool");
      expect(calls).toHaveLength(results.length);
    }),
  );
});

// Fails when `withoutOldTurns` stops at `room` and not at half of it.
test("turns go in blocks: the prompt begins with the same turn for most of a conversation", () => {
  const begins = Array.from({ length: 40 }, (_, turns) =>
    firstLine(fitPrompt(promptOf(turns), 3_000)),
  );
  const moved = begins.filter((first, index) => index > 1 && first !== begins[index - 1]);
  expect(moved.length).toBeGreaterThan(2);
  expect(moved.length).toBeLessThanOrEqual(40 / 5);
});

test("turns go before results, results before descriptions, and both before it is given up", () => {
  const result: ModelMessage = { role: "tool", toolCallId: "c", content: words(2_000, "found") };
  const prompt = { ...promptOf(4, [result]), tools: PRIMITIVE_TOOLS };
  const cutAt = (tokensMax: number): { turns: number; result: number; described: boolean } => {
    const fitted = fitPrompt(prompt, tokensMax);
    return {
      turns: fitted?.messages.filter(({ content }) => content.startsWith("line")).length ?? -1,
      result: fitted?.messages.at(-1)?.content.length ?? -1,
      described: JSON.stringify(fitted?.tools).includes('"description":"What'),
    };
  };
  const whole = result.content.length;
  const all = promptTokens(prompt);
  expect(cutAt(all)).toMatchObject({ turns: 4, result: whole });
  const withoutTurns = cutAt(all - 400);
  expect(withoutTurns.turns).toBeLessThan(4);
  expect(withoutTurns.result).toBe(whole);
  const withoutResults = cutAt(all - 2_500);
  expect(withoutResults.turns).toBe(0);
  expect(withoutResults.result).toBeLessThan(whole);
  expect(fitPrompt(prompt, 200)).toBeUndefined();
});

test("descriptions that go are those of schemas, and no input that is called so", () => {
  const parameters = {
    type: "object",
    description: "All of it.",
    properties: { description: { type: "string", description: "Words." } },
  };
  const tools = [{ name: "note", description: "Writes.", parameters }];
  const prompt = { messages: [line], tools };
  const fitted = fitPrompt(prompt, promptTokens(prompt) - 1);
  expect(fitted?.tools).toEqual([
    {
      name: "note",
      description: "Writes.",
      parameters: { type: "object", properties: { description: { type: "string" } } },
    },
  ]);
});
