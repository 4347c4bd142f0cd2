import { expect, test } from "vitest";
import { typeLines, typeNewLines } from "./typed-lines.ts";

const TYPISTS = 50;
const KEYSTROKES = 400;

function textsOf(type: typeof typeLines): string[] {
  return Array.from({ length: TYPISTS }, (_, typist) => {
    const lines = type(typist * 1_009);
    return Array.from({ length: KEYSTROKES }, () => lines.next().value.text);
  }).flat();
}

test("new lines never send one text twice, over all typists of a run", () => {
  const texts = textsOf(typeNewLines);
  expect(new Set(texts).size).toBe(texts.length);
});

test("lines as people type them begin alike", () => {
  const texts = textsOf(typeLines);
  expect(new Set(texts).size).toBeLessThan(texts.length);
});
