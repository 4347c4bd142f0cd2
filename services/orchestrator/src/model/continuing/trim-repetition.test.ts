import { expect, test } from "vitest";
import { createRepetitionTrimmer } from "./trim-repetition.ts";

const SENT = "I will look for scripts that send email. The search found ";

function join(pieces: string[]): string {
  const trimmer = createRepetitionTrimmer(SENT);
  return pieces.map((piece) => trimmer.push(piece)).join("") + trimmer.end();
}

test.each([
  ["a plain continuation", "three scripts."],
  ["all of it again", `${SENT}three scripts.`],
  ["its last sentence again", "The search found three scripts."],
  ["its last words, cut anywhere", "search found three scripts."],
])("%s is joined without a repeat, however it is cut", (_, answer) => {
  for (const size of [1, 3, 7, 1_000]) {
    const pieces = answer.match(new RegExp(`.{1,${size}}`, "gs")) ?? [];
    expect(join(pieces)).toBe("three scripts.");
  }
});

test("words that also stand in the middle of what was sent are kept", () => {
  expect(join(["scripts that ", "send email are listed."])).toBe(
    "scripts that send email are listed.",
  );
  expect(join(["I will look"])).toBe("I will look");
});

test("a short message that begins again from its start is said once", () => {
  const trimmer = createRepetitionTrimmer("There are");
  expect(["There", " are tw", "o."].map(trimmer.push).join("") + trimmer.end()).toBe(" two.");
  const other = createRepetitionTrimmer("There are");
  expect(["The", "y are two."].map(other.push).join("") + other.end()).toBe("They are two.");
});
