import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelEvent } from "../language-model.ts";
import { fewSentences } from "./few-sentences.ts";

async function heard(pieces: readonly string[]): Promise<{ text: string; read: number }> {
  let read = 0;
  async function* events(): AsyncGenerator<ModelEvent> {
    for (const text of pieces) {
      read += 1;
      yield { type: "text", text };
    }
  }
  let text = "";
  for await (const event of fewSentences(events())) if (event.type === "text") text += event.text;
  return { text, read };
}

const perCharacter = (text: string): string[] => [...text];

// Mutant: no `said`.
test("a model that says a sentence again is stopped there, and asked for nothing more", async () => {
  const again = "A rule is a rule. It is read by the router. A rule is a rule. A rule is a rule. ";
  const { text, read } = await heard(perCharacter(again.repeat(20)));
  expect(text).toBe("A rule is a rule. It is read by the router.");
  expect(read).toBeLessThan(again.length);
});

test("three sentences are enough, and what ends without a full stop is said", async () => {
  expect((await heard(["One. Two! Three? Fo", "ur. Five."])).text).toBe("One. Two! Three?");
  expect((await heard(["You are wel", "come"])).text).toBe("You are welcome");
  expect((await heard(["Version 1.2 of it, e.g. this one"])).text).toBe(
    "Version 1.2 of it, e.g. this one",
  );
});

test("however it is cut into pieces the same is heard, and calls pass", async () => {
  const sentence = fc.constantFrom("It is. ", "No! ", "Is it?\n", "and so on ", "“Yes.” ");
  await fc.assert(
    fc.asyncProperty(fc.array(sentence), fc.integer({ min: 1, max: 7 }), async (parts, size) => {
      const whole = parts.join("");
      const pieces = whole.match(new RegExp(`[^]{1,${size}}`, "gu")) ?? [];
      expect((await heard(pieces)).text).toBe((await heard([whole])).text);
    }),
  );
  const call = { type: "tool-call", call: { id: "1", name: "search", arguments: "{}" } } as const;
  const passed: ModelEvent[] = [];
  for await (const event of fewSentences(of(call))) passed.push(event);
  expect(passed).toEqual([call]);
});

async function* of(event: ModelEvent): AsyncGenerator<ModelEvent> {
  yield event;
}
