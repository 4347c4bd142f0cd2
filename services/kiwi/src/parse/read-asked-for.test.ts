import { EXAMPLES_MAX } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { ParseFailure } from "./parse-failure.ts";
import { parseItem } from "./parse-item.ts";

const directive = (metadata: string): string => `# Ship it

<directive name="ship_it" version="1.0.0">
  <metadata>
    <description>Ship the build.</description>
${metadata}
  </metadata>
  <process><step name="ship"><action>Ship.</action></step></process>
</directive>
`;
const note = (metadata: string): string =>
  `---\nid: tides\ntitle: Tides\n${metadata}\n---\n\nWhen water comes.\n`;

function failureOf(read: () => unknown): ParseFailure {
  try {
    read();
  } catch (error) {
    if (error instanceof ParseFailure) return error;
    throw error;
  }
  throw new Error("it was read");
}

const asDirective = (metadata: string) => parseItem("directive", directive(metadata), "ship_it");
const asNote = (metadata: string) => parseItem("knowledge", note(metadata), "tides");
const asScript = (text: string) => parseItem("script", text, "tally");

describe("lines that people type, in each file format", () => {
  const wanted = ["get the release out", "ship it, we're ready"];

  it("are read from a directive's metadata, with when it is for", () => {
    const read = asDirective(`    <examples>
      <example>get the release out</example>
      <example>ship it, we're   ready</example>
    </examples>
    <when_to_use>When the build
      is green.</when_to_use>`);
    expect(read).toMatchObject({ examples: wanted, when_to_use: "When the build is green." });
  });

  it("are read from lines in <examples>, and a trigger is one more", () => {
    const read = asDirective(`    <examples>
      get the release out
      ship it, we're ready
    </examples>
    <trigger>release day</trigger>`);
    expect(read.examples).toEqual([...wanted, "release day"]);
  });

  it("are read from a note's front matter, as a list or a line each", () => {
    const list = asNote(`examples:\n  - get the release out\n  - "ship it, we're ready"`);
    const lines = asNote(`examples: |\n  get the release out\n  ship it, we're ready`);
    expect([list.examples, lines.examples]).toEqual([wanted, wanted]);
    expect(asNote(`when_to_use: Before a trip to the sea.`).when_to_use).toBe(
      "Before a trip to the sea.",
    );
  });

  it("are read from a script's constants, else from its inline metadata", () => {
    const constants = `__examples__ = ["get the release out", "ship it, we're ready"]\n__trigger__ = "release day"\n`;
    const inline = `# /// script\n# dependencies = []\n# [tool.lilux]\n# examples = ["get the release out", "ship it, we're ready"]\n# when_to_use = "On release day."\n# ///\n`;
    expect(asScript(constants).examples).toEqual([...wanted, "release day"]);
    expect(asScript(inline)).toMatchObject({ examples: wanted, when_to_use: "On release day." });
  });

  it("leave an item that has none as it was", () => {
    for (const read of [asDirective(""), asNote("tags: [sea]"), asScript("x = 1\n")]) {
      expect(read).not.toHaveProperty("examples");
      expect(read).not.toHaveProperty("when_to_use");
    }
  });
});

describe("examples that cannot be used break the item, at their line", () => {
  it.each([
    ["an empty one", `<examples>\n<example></example></examples>`, 7, /example 1 is empty/],
    [
      "one that is too long",
      `<examples>\n<example>${"word ".repeat(50)}</example></examples>`,
      7,
      /more than the 200/,
    ],
    [
      "too many",
      `<examples>${Array.from({ length: 25 }, (_, at) => `\n<example>ship ${at}</example>`).join("")}</examples>`,
      31,
      /25 examples, more than the 24/,
    ],
  ])("in a directive: %s", (_what, metadata, line, cause) => {
    const failure = failureOf(() => asDirective(metadata));
    expect(failure.message).toMatch(cause);
    expect(failure.fix).not.toBe("");
    expect(failure.line).toBe(line);
  });

  it.each([
    ["a mapping", "tags: [sea]\nexamples:\n  high: water", /not a list of texts/],
    ["a list of mappings", "tags: [sea]\nexamples:\n  - line: high water", /not a list of texts/],
    ["a control character", `tags: [sea]\nexamples:\n  - "high \\x07 water"`, /nobody types/],
  ])("in a note: %s", (_what, metadata, cause) => {
    const failure = failureOf(() => asNote(metadata));
    expect(failure.message).toMatch(cause);
    expect(failure.line).toBe(5);
  });

  it.each([
    ["a text", `x = 1\n__examples__ = "ship it"\n`, /not a list of texts/],
    ["numbers", `x = 1\n__examples__ = [1, 2]\n`, /not a list of texts/],
    ["a call", `x = 1\n__examples__ = lines()\n`, /cannot be read without running/],
    ["half a character", `x = 1\n__examples__ = ["\\ud83d"]\n`, /nobody types|character/],
  ])("in a script: %s", (_what, text, cause) => {
    const failure = failureOf(() => asScript(text));
    expect(failure.message).toMatch(cause);
    expect(failure.line).toBe(2);
  });
});

it("reads when_to_use and trigger as far as they are text: files that have them were never broken", () => {
  const long = "because ".repeat(200);
  const read = asNote(`when_to_use: ${long}\ntrigger:\n  - high water\n  - when: never`);
  expect(read.when_to_use?.length).toBeLessThanOrEqual(400);
  expect(read.examples).toEqual(["high water"]);
  const all = asNote(
    `trigger:\n${Array.from({ length: 60 }, (_, at) => `  - tide ${at}`).join("\n")}`,
  );
  expect(all.examples).toHaveLength(EXAMPLES_MAX);
});
