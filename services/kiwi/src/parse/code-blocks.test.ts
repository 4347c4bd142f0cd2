import { describe, expect, it } from "vitest";
import { stepsOfText } from "./read-steps.ts";

const named = (text: string): string[] => stepsOfText(text).map(({ name }) => name);
const step = (name: string, inner: string): string => `<step name="${name}">\n${inner}\n</step>\n`;

describe("a code block swallows no step", () => {
  it.each([
    ["that is empty", "```\n```"],
    ["that is empty, in tildes", "~~~\n~~~"],
    ["that is empty, with a language", "```sh\n```"],
    ["of a blank line", "```\n\n```"],
    ["of four ticks around three", "````md\n```sh\nx\n```\n````"],
    ["of tildes around ticks", "~~~\n```\n~~~"],
    ["of ticks around tildes", "```\n~~~\n```"],
    ["with a longer closing fence", "```\nx\n`````"],
    ["with spaces after its closing fence", "```\nx\n```  "],
    ["that holds a fence with a language", "```md\n```sh\n```"],
    ["that is indented", "   ```\n   x\n   ```"],
    ["in a list item", "- Do:\n  ```sh\n  x\n  ```"],
    ["on the line of a list item", "1. ```sh\n   x\n   ```"],
    ["in a quote", "> ```\n> x\n> ```"],
    ["in a quote that ends first", "> ```\n> x\n\nSo."],
    ["that was never closed", "```sh\nx"],
    ["of one line, which is no block", "```x```"],
    ["that holds an example of a step", '```xml\n<step name="no">1. x</step>\n```'],
    ["that holds half a step", "```xml\n</step>\n```"],
  ])("%s", (_what, block) => {
    const steps = stepsOfText(
      step("first", `Before.\n${block}`) + step("second", "```sh\ny\n```") + step("third", "End."),
    );
    expect(steps.map(({ name }) => name)).toEqual(["first", "second", "third"]);
    expect(steps[0]?.action).toContain(block.trim().split("\n")[0]);
  });

  it("two that were never closed do not pair", () => {
    const text = step("a", "```sh\nx") + step("b", "Go.") + step("c", "```\ny") + step("d", "End.");
    expect(named(text)).toEqual(["a", "b", "c", "d"]);
  });

  it.each([
    ["an empty block", "1. One.\n   ```\n   ```\n2. Two.\n   ```\n   3. no\n   ```\n3. Three."],
    ["a block with numbers", "1. One.\n```\n1. no\n```\n2. Two.\n3. Three."],
    ["a longer fence", "1. One.\n````\n```\n2. no\n````\n2. Two.\n3. Three."],
    [
      "a block that the next item ends",
      "1. One.\n   ```sh\n   x\n2. Two.\n   ```\n   y\n   ```\n3. Three.",
    ],
    ["a block without an end", "1. One.\n2. Two.\n3. Three.\n   ```sh\n   x"],
  ])("nor a numbered one: %s", (_what, text) => {
    const actions = stepsOfText(text).map(({ action }) => action.split("\n")[0]);
    expect(actions).toEqual(["One.", "Two.", "Three."]);
  });

  it("a process that is fenced as a whole is read, whatever fences are within", () => {
    const steps = step("a", "```sh\nx\n```") + step("b", "End.");
    for (const fence of ["```", "````", "~~~"]) {
      expect(named(`${fence}xml\n${steps}${fence}`)).toEqual(["a", "b"]);
    }
  });

  // Mutant: do not count the lines looked at; the test runs into its time limit.
  it.each([
    ["openings with a language", "```sh\n".repeat(150_000)],
    ["openings that end with their step", "<step>\n```sh\n</step>\n".repeat(45_000)],
    [
      "fences of every length",
      Array.from({ length: 1_400 }, (_, at) => "`".repeat(1_403 - at)).join("\n"),
    ],
    ["openings in quotes and lists", "> - ```sh\n".repeat(100_000)],
    ["tildes and ticks", "~~~\n```\n".repeat(120_000)],
  ])("and is looked for in bounded time: %s", (_what, text) => {
    expect(stepsOfText(text).length).toBeLessThanOrEqual(200);
  });
});
