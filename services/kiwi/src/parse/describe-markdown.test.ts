import { describe, expect, it } from "vitest";
import { describeMarkdown } from "./describe-markdown.ts";

describe("a text's title and description are those of its blocks", () => {
  it.each([
    [
      "text right under a heading",
      "# Pump\nGrease first.\nThen turn.\n\n## Next\n",
      "Grease first. Then turn.",
    ],
    ["an underlined heading", "Pump\n====\n\nGrease first.\n", "Grease first."],
    ["a heading underlined with dashes", "Pump\n---\nGrease first.\n", "Grease first."],
    ["a heading closed with signs", "# Pump ##\n\nGrease first.\n", "Grease first."],
    ["code first", "```sh\n# install\nmake\n```\n\n# Pump\n\nGrease first.\n", "Grease first."],
    ["code in tildes first", "~~~\n# a\n```\n# b\n~~~\n# Pump\nGrease first.", "Grease first."],
    ["indented code first", "    # install\n\n# Pump\n\nGrease first.\n", "Grease first."],
    ["HTML first", "<div>\n# no\n</div>\n\n# Pump\n\nGrease first.\n", "Grease first."],
    ["a heading in HTML", '<h1 align="center">Pump</h1>\n\nGrease first.\n', "Grease first."],
    ["a picture first", "![x](y.png)\n\n# Pump\n\n![x](y.png)\n\nGrease first.", "Grease first."],
    ["a comment first", "# Pump\n\n<!-- a -->\n\n%% b %%\n\nGrease first.\n", "Grease first."],
    ["a list first", "# Pump\n- one\n- two\n\nGrease first.\n", "Grease first."],
    ["a quote first", "> # no\n> said\n\n# Pump\n\nGrease first.\n", "Grease first."],
    [
      "a table first",
      "# Pump\n\n| a | b |\n|---|---|\n| c | d |\n\nGrease first.\n",
      "Grease first.",
    ],
    ["a rule first", "# Pump\n\n***\n\nGrease first.\n", "Grease first."],
    ["only a list", "# Pump\n\n- Grease first.\n- Then turn.\n", "Grease first."],
    ["only a quote", "# Pump\n\n> Grease\n> first.\n", "Grease first."],
    ["only a table", "# Pump\n\n| a |\n|---|\n", ""],
    ["marks of Markdown", "# *Pump*\n\n[Grease](x) `first`.<br/>\n", "Grease first."],
    [
      "a link with its address elsewhere",
      "# Pump\n\n[Grease][x] first.\n\n[x]: y\n",
      "Grease first.",
    ],
    ["signs that were escaped", "# Pump\n\nGrease \\* &amp; first.\n", "Grease * & first."],
    ["a placeholder", "# Pump\n\nGrease on <date>.\n", "Grease on <date>."],
    ["names with underscores", "# Pump\n\nRun lift_all_now first.\n", "Run lift_all_now first."],
  ])("%s", (_what, text, description) => {
    expect(describeMarkdown(text)).toEqual({ title: "Pump", description });
  });

  it("has none where there is none", () => {
    expect(describeMarkdown("")).toEqual({ title: undefined, description: "" });
    expect(describeMarkdown("```\n# a\n")).toEqual({ title: undefined, description: "" });
    expect(describeMarkdown("#tag\n\n##\n")).toMatchObject({ title: undefined });
  });

  it("does not cut a character in two", () => {
    expect(describeMarkdown(`${"a".repeat(279)}😀`).description).toBe("a".repeat(279));
  });
});

// Mutant: read the whole text; the test runs into its time limit.
describe("Markdown made to be read for ever", () => {
  it.each([
    ["quotes", ">".repeat(1_000_000)],
    ["lists", "- ".repeat(500_000)],
    ["numbered lists", "1. ".repeat(330_000)],
    ["quotes and lists", "> - ".repeat(250_000)],
    ["brackets", "[".repeat(1_000_000)],
    ["links", "[a](".repeat(250_000)],
    ["emphasis", "**a*b".repeat(200_000)],
    ["backticks", Array.from({ length: 1_400 }, (_, at) => "`".repeat(at)).join(" ")],
    ["tables", `|a|\n|-|\n${"|b|\n".repeat(250_000)}`],
    ["definitions", "[a]: b\n".repeat(140_000)],
    ["HTML", "<a ".repeat(330_000)],
    ["lines", "a\n".repeat(500_000)],
    ["headings that are comments", "# <!--\n".repeat(140_000)],
  ])("%s: only its head is read", (_what, text) => {
    expect(describeMarkdown(text).description.length).toBeLessThanOrEqual(280);
  });
});
